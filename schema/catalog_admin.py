"""How staff change the catalogue: an admin everything, a merchant what is their own."""

from datetime import date
from typing import Any

import strawberry

from execution.arguments import Argument
from execution.fields import mutation, reads
from loaders.products import products_by_id
from loaders.variants import variants_by_id, variants_by_ids
from resolvers import catalog_admin
from schema.catalog import Product, Variant
from schema.catalog_errors import (
    ProductCreateError,
    ProductPublishError,
    ProductRetireError,
    ProductUpdateError,
    VariantCreateError,
    VariantDeleteError,
    VariantPricesSetError,
    VariantStocksSetError,
    VariantUpdateError,
)
from schema.catalog_inputs import (
    AttributeInput,
    MediaInput,
    SelectedOptionInput,
    VariantInput,
    VariantPriceInput,
    VariantStockInput,
    checked,
    freeze_attributes,
    freeze_media,
    freeze_options,
    freeze_prices,
    freeze_stocks,
    freeze_variant,
    freeze_variants,
)
from schema.nodes import parse_id
from schema.shared import STAFF, CurrencyCode
from services.catalog import values


def _product() -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return reads(
        products_by_id, key="product_id", description="The product as it is now; null if refused."
    )


def _variant() -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return reads(
        variants_by_id, key="variant_id", description="The variant as it is now; null if refused."
    )


def _variants() -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return reads(
        variants_by_ids,
        key="variant_ids",
        description="The variants as they are now, at most 100; null if refused.",
    )


def _errors(most: int = 1) -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return strawberry.field(
        description=f"Why nothing was changed, at most {most}; empty where it was done."
    )


@strawberry.type(description="The new draft, or why it was not made.")
class ProductCreatePayload:
    product: Product | None = _product()
    errors: list[ProductCreateError] = _errors()


@strawberry.type(description="The changed product, or why it was not changed.")
class ProductUpdatePayload:
    product: Product | None = _product()
    errors: list[ProductUpdateError] = _errors()


@strawberry.type(description="The product on sale, or why it is not.")
class ProductPublishPayload:
    product: Product | None = _product()
    errors: list[ProductPublishError] = _errors()


@strawberry.type(description="The retired product, or why it was not retired.")
class ProductRetirePayload:
    product: Product | None = _product()
    errors: list[ProductRetireError] = _errors()


@strawberry.type(description="The new variant with its product, or why it was not added.")
class VariantCreatePayload:
    product: Product | None = _product()
    variant: Variant | None = _variant()
    errors: list[VariantCreateError] = _errors()


@strawberry.type(description="The changed variant with its product, or why it was not changed.")
class VariantUpdatePayload:
    product: Product | None = _product()
    variant: Variant | None = _variant()
    errors: list[VariantUpdateError] = _errors()


@strawberry.type(description="The product without the variant, or why it was not removed.")
class VariantDeletePayload:
    product: Product | None = _product()
    errors: list[VariantDeleteError] = _errors()


@strawberry.type(description="The variants with their new prices, or why none was set.")
class VariantPricesSetPayload:
    variants: list[Variant] | None = _variants()
    errors: list[VariantPricesSetError] = _errors(values.MOST_AT_ONCE)


@strawberry.type(description="The variants with their new stocks, or why none was set.")
class VariantStocksSetPayload:
    variants: list[Variant] | None = _variants()
    errors: list[VariantStocksSetError] = _errors(values.MOST_AT_ONCE)


def _id(prefix: str, name: str = "id") -> Argument:
    return Argument(
        name, strawberry.ID, f"The id of the {prefix}.", freeze=lambda text: parse_id(prefix, text)
    )


def _optional(name: str, kind: Any, description: str, freeze: Any) -> Argument:  # noqa: ANN401 - of any value.
    return Argument(name, kind | None, description, None, freeze)


_KEY = Argument(
    "idempotency_key",
    str | None,
    "A name for this call, 1 to 255 characters: called again within a day it does nothing twice.",
    None,
)
_SLUG = "The unique name for addresses, of small letters, digits and single hyphens"
_DETAILS = (
    _optional("released_on", date, "The day it first came to market.", checked(date)),
    _optional(
        "attributes", list[AttributeInput], "All its properties, at most 500.", freeze_attributes
    ),
    _optional(
        "media",
        list[MediaInput],
        "All its pictures, the most telling first, at most 100.",
        freeze_media,
    ),
)
_CREATE = (
    Argument("name", str, "The name that shoppers see.", freeze=checked(values.Name)),
    _id("category", "category"),
    Argument(
        "currency", CurrencyCode, "The currency of all its prices.", freeze=checked(values.Currency)
    ),
    _optional("slug", str, f"{_SLUG}; left out, made of the name.", checked(values.Slug)),
    Argument(
        "description",
        str,
        "What the product is, as plain text.",
        "",
        checked(values.Description),
    ),
    _optional("brand", str, "Who makes it, in a word or a few.", checked(values.Label)),
    *_DETAILS,
    _optional("variants", list[VariantInput], "What is sold, at most 100.", freeze_variants),
    _KEY,
)
_UPDATE = (
    _id("product"),
    _optional("name", str, "The name that shoppers see.", checked(values.Name)),
    _optional(
        "category",
        strawberry.ID,
        "The id of the category that it moves to.",
        lambda text: parse_id("category", text),
    ),
    _optional("slug", str, f"{_SLUG}.", checked(values.Slug)),
    _optional("description", str, "What it is, as plain text.", checked(values.Description)),
    _optional("brand", str, "Who makes it; empty for nobody.", checked(values.OptionalLabel)),
    *_DETAILS,
)


@strawberry.type
class CatalogMutation:
    product_create: ProductCreatePayload | None = mutation(
        catalog_admin.create_product,
        arguments=_CREATE,
        requires=STAFF,
        description="Makes a draft, which shoppers do not see before it is published.",
    )
    product_update: ProductUpdatePayload | None = mutation(
        catalog_admin.update_product,
        arguments=_UPDATE,
        requires=STAFF,
        description="Changes what is given of a product; what is left out stays as it is.",
    )
    product_publish: ProductPublishPayload | None = mutation(
        catalog_admin.publish_product,
        arguments=(_id("product"),),
        requires=STAFF,
        description="Puts a draft or a retired product on sale.",
    )
    product_retire: ProductRetirePayload | None = mutation(
        catalog_admin.retire_product,
        arguments=(_id("product"),),
        requires=STAFF,
        description="Takes a product off sale; orders of it go on, and it can be published again.",
    )
    variant_create: VariantCreatePayload | None = mutation(
        catalog_admin.create_variant,
        arguments=(
            _id("product", "product"),
            Argument("variant", VariantInput, "The article to sell.", freeze=freeze_variant),
            _KEY,
        ),
        requires=STAFF,
        description="Adds a variant after the others of a product.",
    )
    variant_update: VariantUpdatePayload | None = mutation(
        catalog_admin.update_variant,
        arguments=(
            _id("variant"),
            _optional("sku", str, "The shop's unique article number.", checked(values.Code)),
            _optional("name", str, "Its name, options included.", checked(values.Name)),
            _optional(
                "mpn",
                str,
                "The manufacturer's number; empty for none.",
                checked(values.OptionalName),
            ),
            _optional("eans", list[str], "All its barcodes, at most 200.", checked(values.Eans)),
            _optional(
                "options", list[SelectedOptionInput], "All it is, at most 10.", freeze_options
            ),
        ),
        requires=STAFF,
        description="Changes what is given of a variant; prices and stocks have their own fields.",
    )
    variant_delete: VariantDeletePayload | None = mutation(
        catalog_admin.delete_variant,
        arguments=(_id("variant"),),
        requires=STAFF,
        description="Removes a variant, also from carts; orders keep what was bought.",
    )
    variant_prices_set: VariantPricesSetPayload | None = mutation(
        catalog_admin.set_prices,
        arguments=(
            Argument(
                "prices", list[VariantPriceInput], "The prices, 1 to 100.", freeze=freeze_prices
            ),
        ),
        requires=STAFF,
        description="Sets the prices of variants, all or none.",
    )
    variant_stocks_set: VariantStocksSetPayload | None = mutation(
        catalog_admin.set_stocks,
        arguments=(
            Argument(
                "stocks", list[VariantStockInput], "The stocks, 1 to 100.", freeze=freeze_stocks
            ),
            _KEY,
        ),
        requires=STAFF,
        description="Sets or changes the stocks of variants, all or none.",
    )
