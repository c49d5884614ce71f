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


@strawberry.input(description="What is chosen of an option, such as the size XL.")
class SelectedOptionInput:
    name: str = strawberry.field(description="The name of the option: `size`.")
    value: str = strawberry.field(description="The chosen value: `XL`.")


@strawberry.input(description="A property that all variants of a product share.")
class AttributeInput:
    key: str = strawberry.field(description="Its key; a new one becomes an attribute of words.")
    values: list[str] = strawberry.field(description="Its values, 1 to 100.")


@strawberry.input(description="A picture of a product.")
class MediaInput:
    url: str = strawberry.field(description="Where the picture is: an http or https address.")
    alt_text: str = strawberry.field(
        default="", description="What it shows, in words; left out, the name of the product."
    )


@strawberry.input(description="An article to sell as a variant of a product.")
class VariantInput:
    sku: str = strawberry.field(description="The shop's unique article number.")
    price_minor: int = strawberry.field(
        name="price", description="What it costs, in minor units of the product's currency."
    )
    name: str | None = strawberry.field(
        default=None, description="Its name; left out, the product's with what is chosen."
    )
    mpn: str | None = strawberry.field(default=None, description="The manufacturer's part number.")
    eans: list[str] = strawberry.field(
        default_factory=list, description="Its barcodes (GTIN), at most 200."
    )
    options: list[SelectedOptionInput] = strawberry.field(
        default_factory=list, description="What it is of the product's options, at most 10."
    )
    on_hand: int = strawberry.field(default=0, description="How many are in the shop.")


@strawberry.input(description="What a variant shall cost.")
class VariantPriceInput:
    variant: strawberry.ID = strawberry.field(description="The id of the variant.")
    price: int = strawberry.field(description="The price in minor units of the product's currency.")


@strawberry.input(description="How many of a variant are there: give either of the numbers.")
class VariantStockInput:
    variant: strawberry.ID = strawberry.field(description="The id of the variant.")
    on_hand: int | None = strawberry.field(
        default=None, description="How many were counted, those set aside for orders included."
    )
    change: int | None = strawberry.field(
        default=None, description="How many more there are than before, or fewer if negative."
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
