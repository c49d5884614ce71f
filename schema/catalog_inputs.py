"""What staff give to change the catalogue, checked as an import checks it."""

from collections.abc import Callable
from typing import Any

import strawberry
from pydantic import ConfigDict, TypeAdapter, ValidationError

from schema.nodes import parse_id
from services.catalog.values import (
    Attributes,
    NewVariant,
    NewVariants,
    Options,
    Pictures,
    PriceSettings,
    StockSettings,
)

# Names of the graph that are not those of the services.
_NAMES = {"alt_text": "altText", "on_hand": "onHand", "price_minor": "price"}
_STRIPPED = ConfigDict(str_strip_whitespace=True)


def checked(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - any annotation names a kind.
    """Freeze an argument as one of the values of the catalogue."""
    return _checking(TypeAdapter(kind, config=_STRIPPED))


def _checking(adapter: TypeAdapter[Any]) -> Callable[[Any], Any]:
    def check(given: object) -> object:
        try:
            return adapter.validate_python(given)
        except ValidationError as error:
            raise ValueError(_first_of(error)) from error

    return check


def _first_of(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(_NAMES.get(str(part), str(part)) for part in first["loc"])
    return f"{place}: {first['msg']}." if place else f"{first['msg']}."


@strawberry.input(description="What a variant is of an option, such as the size XL.")
class SelectedOptionInput:
    name: str = strawberry.field(description="The name of the option, 1 to 100 characters: `size`.")
    value: str = strawberry.field(description="The value, 1 to 200 characters: `XL`.")


@strawberry.input(
    description="A property that all variants of a product share, such as its material."
)
class AttributeInput:
    key: str = strawberry.field(
        description="Its key, of small letters, digits and `_`, at most 100: `screen_size`. One"
        " that the shop does not know yet becomes an attribute of words."
    )
    values: list[str] = strawberry.field(
        description="Its values, 1 to 100: numbers as `1.5`, and of a boolean one `yes` or `no`."
    )


@strawberry.input(description="A picture of a product, which the shop refers to and does not copy.")
class MediaInput:
    url: str = strawberry.field(
        description="Where the picture is: an http or https URL, or a path that the API serves, up"
        " to 2000 characters."
    )
    alt_text: str = strawberry.field(
        default="",
        description="What it shows, in words, up to 500 characters; left out, the product's name.",
    )


@strawberry.input(description="An article to sell as a variant of a product.")
class VariantInput:
    sku: str = strawberry.field(
        description="The article number, up to 100 characters, which no other variant has."
    )
    price_minor: int = strawberry.field(
        name="price",
        description="What one costs, in minor units of the product's currency: 1990 for 19.90.",
    )
    name: str | None = strawberry.field(
        default=None, description="Its name; left out, the product's with the options' values."
    )
    mpn: str | None = strawberry.field(
        default=None, description="The manufacturer's part number, if it has one."
    )
    eans: list[str] = strawberry.field(
        default_factory=list, description="Its barcodes (GTIN), 8 to 14 digits each, at most 200."
    )
    options: list[SelectedOptionInput] = strawberry.field(
        default_factory=list,
        description="What sets it apart from the product's others, at most 10.",
    )
    on_hand: int = strawberry.field(
        default=0, description="How many there are to sell, up to 1,000,000,000."
    )


@strawberry.input(description="A variant and what one of it shall cost from now on.")
class VariantPriceInput:
    variant: strawberry.ID = strawberry.field(
        description="The id of a variant of a product that the viewer looks after."
    )
    price: int = strawberry.field(
        description="What one costs, in minor units of the product's currency: 1990 for 19.90."
    )


@strawberry.input(description="A variant and its stock: give either `onHand` or `change`.")
class VariantStockInput:
    variant: strawberry.ID = strawberry.field(
        description="The id of a variant of a product that the viewer looks after."
    )
    on_hand: int | None = strawberry.field(
        default=None,
        description="How many there are to sell, those included that pending orders have set aside;"
        " what confirmed orders bought is gone from it.",
    )
    change: int | None = strawberry.field(
        default=None,
        description="How many more there are than before, or fewer if negative: 20 for a delivery"
        " of 20.",
    )


def _each(kind: Any) -> Callable[[list[Any]], Any]:  # noqa: ANN401 - as above.
    check = _checking(TypeAdapter(kind))
    return lambda given: check([strawberry.asdict(each) for each in given])


freeze_options = _each(Options)
freeze_attributes = _each(Attributes)
freeze_media = _each(Pictures)
freeze_variants = _each(NewVariants)
_variant = _checking(TypeAdapter(NewVariant))
_prices = _checking(TypeAdapter(PriceSettings))
_stocks = _checking(TypeAdapter(StockSettings))


def freeze_variant(given: VariantInput) -> object:
    return _variant(strawberry.asdict(given))


def freeze_prices(given: list[VariantPriceInput]) -> object:
    return _prices(
        [
            {"variant_id": parse_id("variant", each.variant), "price_minor": each.price}
            for each in given
        ]
    )


def freeze_stocks(given: list[VariantStockInput]) -> object:
    if any((each.on_hand is None) == (each.change is None) for each in given):
        raise ValueError("Give either `onHand` or `change` for each variant.")
    return _stocks(
        [
            {
                "variant_id": parse_id("variant", each.variant),
                "on_hand": each.on_hand,
                "change": each.change,
            }
            for each in given
        ]
    )
