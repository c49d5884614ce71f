"""How staff change the catalogue: an admin everything, a merchant what is their own."""

from datetime import date
from typing import Any

import strawberry

from execution.arguments import Argument
from execution.fields import listed, mutation, reads
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
from schema.shared import IDEMPOTENCY_KEY, STAFF, CurrencyCode
from services.catalog import values


def _product() -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return reads(
        products_by_id,
        key="product_id",
        description="The product as it is now; null after a refusal.",
    )


def _variant() -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return reads(
        variants_by_id,
        key="variant_id",
        description="The variant as it is now; null after a refusal.",
    )


def _variants() -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return reads(
        variants_by_ids,
        key="variant_ids",
        at_most=values.MOST_AT_ONCE,
        description="The variants as they are now, in the order given, at most 100; null after a"
        " refusal.",
    )


def _errors(most: int = 1) -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return listed(
        at_most=most,
        description=f"The reasons for a refusal, at most {most}; empty when it was done.",
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
        name,
        strawberry.ID,
        f"The id of the {prefix}, such as `{prefix}_01h455vb4pex5vsknk084sn02q`.",
        freeze=lambda text: parse_id(prefix, text),
    )


def _optional(name: str, kind: Any, description: str, freeze: Any) -> Argument:  # noqa: ANN401 - of any value.
    return Argument(name, kind | None, description, None, freeze)


_SLUG = "Its unique name in URLs, of small letters, digits and single hyphens, 200 at most"
_DETAILS = (
    _optional("released_on", date, "The day it first came to market anywhere.", checked(date)),
    _optional(
        "attributes",
        list[AttributeInput],
        "All its properties, at most 500; on an update, in place of those it had.",
        freeze_attributes,
    ),
    _optional(
        "media",
        list[MediaInput],
        "All its pictures, the most telling first, at most 100; on an update, in place of those it"
        " had.",
        freeze_media,
    ),
)
_CREATE = (
    Argument(
        "name", str, "The name that shoppers see, 1 to 500 characters.", freeze=checked(values.Name)
    ),
    _id("category", "category"),
    Argument(
        "currency",
        CurrencyCode,
        "The currency of all its prices, for good.",
        freeze=checked(values.Currency),
    ),
    _optional("slug", str, f"{_SLUG}; left out, it is made of the name.", checked(values.Slug)),
    Argument(
        "description",
        str,
        "What the product is, as plain text, up to 20,000 characters.",
        "",
        checked(values.Description),
    ),
    _optional("brand", str, "Who makes it, up to 200 characters.", checked(values.Label)),
    *_DETAILS,
    _optional(
        "variants",
        list[VariantInput],
        "The articles that are sold, at most 100; more come by `variantCreate`.",
        freeze_variants,
    ),
    IDEMPOTENCY_KEY,
)
_UPDATE = (
    _id("product"),
    _optional(
        "name", str, "The name that shoppers see, 1 to 500 characters.", checked(values.Name)
    ),
    _optional(
        "category",
        strawberry.ID,
        "The id of the category that it moves to.",
        lambda text: parse_id("category", text),
    ),
    _optional("slug", str, f"{_SLUG}.", checked(values.Slug)),
    _optional(
        "description",
        str,
        "What it is, as plain text, up to 20,000 characters.",
        checked(values.Description),
    ),
    _optional(
        "brand",
        str,
        "Who makes it; an empty one takes the brand away.",
        checked(values.OptionalLabel),
    ),
    *_DETAILS,
)


@strawberry.type
class CatalogMutation:
    product_create: ProductCreatePayload | None = mutation(
        catalog_admin.create_product,
        arguments=_CREATE,
        requires=STAFF,
        statements=14,
        description="Makes a draft, which shoppers do not see before `productPublish`. It is the"
        " merchant's own, or the shop's where an admin makes it.",
    )
    product_update: ProductUpdatePayload | None = mutation(
        catalog_admin.update_product,
        arguments=_UPDATE,
        requires=STAFF,
        statements=11,
        description="Changes what is given of a product; what is left out or null stays as it is.",
    )
    product_publish: ProductPublishPayload | None = mutation(
        catalog_admin.publish_product,
        arguments=(_id("product"),),
        requires=STAFF,
        statements=7,
        description="Puts a draft or a retired product on sale, where it needs a variant.",
    )
    product_retire: ProductRetirePayload | None = mutation(
        catalog_admin.retire_product,
        arguments=(_id("product"),),
        requires=STAFF,
        statements=6,
        description="Takes a product off sale: carts keep it without a price, orders of it go on,"
        " and it can be published again.",
    )
    variant_create: VariantCreatePayload | None = mutation(
        catalog_admin.create_variant,
        arguments=(
            _id("product", "product"),
            Argument(
                "variant",
                VariantInput,
                "The article to sell, which comes last of the product's.",
                freeze=freeze_variant,
            ),
            IDEMPOTENCY_KEY,
        ),
        requires=STAFF,
        statements=10,
        description="Adds a variant to a product, which is on sale at once where the product is.",
    )
    variant_update: VariantUpdatePayload | None = mutation(
        catalog_admin.update_variant,
        arguments=(
            _id("variant"),
            _optional("sku", str, "The article number, which no other has.", checked(values.Code)),
            _optional(
                "name",
                str,
                "Its name, options included, 1 to 500 characters.",
                checked(values.Name),
            ),
            _optional(
                "mpn",
                str,
                "The manufacturer's part number; an empty one takes it away.",
                checked(values.OptionalName),
            ),
            _optional(
                "eans",
                list[str],
                "All its barcodes (GTIN), at most 200, in place of those it had.",
                checked(values.Eans),
            ),
            _optional(
                "options",
                list[SelectedOptionInput],
                "All that sets it apart, at most 10, in place of what did.",
                freeze_options,
            ),
        ),
        requires=STAFF,
        statements=8,
        description="Changes what is given of a variant; what is left out or null stays as it is."
        " `variantPricesSet` and `variantStocksSet` change the rest.",
    )
    variant_delete: VariantDeletePayload | None = mutation(
        catalog_admin.delete_variant,
        arguments=(_id("variant"),),
        requires=STAFF,
        statements=11,
        description="Removes a variant for good, out of carts too; orders keep what was bought.",
    )
    variant_prices_set: VariantPricesSetPayload | None = mutation(
        catalog_admin.set_prices,
        arguments=(
            Argument(
                "prices",
                list[VariantPriceInput],
                "The variants with their prices, 1 to 100, each variant once.",
                freeze=freeze_prices,
            ),
        ),
        requires=STAFF,
        statements=9,
        description="Sets the prices of variants, all or none. Carts show them at once, and"
        " checkout asks their shoppers first.",
    )
    variant_stocks_set: VariantStocksSetPayload | None = mutation(
        catalog_admin.set_stocks,
        arguments=(
            Argument(
                "stocks",
                list[VariantStockInput],
                "The variants with their stocks, 1 to 100, each variant once.",
                freeze=freeze_stocks,
            ),
            IDEMPOTENCY_KEY,
        ),
        requires=STAFF,
        statements=11,
        description="Sets or changes the stocks of variants, all or none.",
    )
