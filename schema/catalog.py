"""The catalogue: categories, products and their variants."""

from datetime import date, datetime
from typing import Any

import strawberry

import core.money
from execution.arguments import Argument
from execution.cache_hints import INHERITED, kept_for
from execution.connections import Connection
from execution.fields import derived, listed, reads, root
from execution.rows import rows
from loaders.accounts import accounts_by_id
from loaders.categories import (
    CategoryRow,
    categories_by_id,
    categories_by_parent,
    categories_by_path,
)
from loaders.product_details import (
    MediaRow,
    attributes_by_product,
    media_by_product,
    options_by_product,
)
from loaders.products import (
    ProductFilter,
    ProductRow,
    ProductSort,
    products_by_category,
    products_by_id,
)
from loaders.variants import VariantRow, variants_by_id, variants_by_product
from models import ProductStatus
from resolvers import catalog
from schema.accounts import Account
from schema.catalog_attributes import Attribute
from schema.nodes import Node, id_argument, parse_id, public_id
from schema.shared import (
    CONTENT_AGE,
    OFFER_AGE,
    STAFF,
    Money,
    PriceRange,
    publish_enum,
    storable,
)

publish_enum(
    ProductSort,
    "How a list of products is sorted; equals stand in the order of their ids.",
    {
        "NAME": "By name, from A to Z, small and capital letters alike.",
        "PRICE_ASC": "By `priceRange.lowest`, the cheapest first.",
        "PRICE_DESC": "By `priceRange.lowest`, the dearest first.",
        "NEWEST": "By `createdAt`, what came into the shop last first.",
    },
)
publish_enum(
    ProductStatus,
    "Where a product stands, from draft to retired.",
    {
        "DRAFT": "In the making: only the staff who look after it see it.",
        "ACTIVE": "On sale: everybody sees it.",
        "RETIRED": "No longer sold: only the staff who look after it see it.",
    },
)


@strawberry.input(description="What shoppers choose by; parts left out hold for every product.")
class OfferFilterInput:
    category: strawberry.ID | None = strawberry.field(
        default=None, description="The id of a category: only what is in it or below it."
    )
    brands: list[str] | None = strawberry.field(
        default=None,
        description="Only what is of one of these brands, at most 50, spelt as `brand` is.",
    )
    price_from: int | None = strawberry.field(
        default=None,
        description="The lowest price is at least this, in minor units: 1990 for 19.90 EUR.",
    )
    price_to: int | None = strawberry.field(
        default=None,
        description="The lowest price is at most this, in minor units: 4990 for 49.90 EUR.",
    )
    in_stock: bool = strawberry.field(
        default=False, description="True leaves out what is sold out; false does not care."
    )

    def freeze_offer(self) -> dict[str, Any]:
        """Return what the filters of lists and of searches have in common, by name."""
        return {
            "category": None if self.category is None else parse_id("category", self.category),
            "brands": bounded(self.brands, 50, "brands"),
            "price_from": self.price_from,
            "price_to": self.price_to,
            "in_stock": self.in_stock,
        }


@strawberry.input(
    description="What listed products must be, all of it; parts left out hold for every one."
)
class ProductFilterInput(OfferFilterInput):
    status: list[ProductStatus] | None = strawberry.field(
        default=None,
        description="For staff only: products of these statuses, of the whole shop for an admin and"
        " their own for a merchant. Left out or empty, what is on sale.",
    )

    def freeze(self) -> ProductFilter:
        statuses = tuple(sorted(set(self.status or ())))
        return ProductFilter(**self.freeze_offer(), statuses=statuses)


def bounded(values: list[str] | None, most: int, name: str) -> tuple[str, ...]:
    """Freeze a list of an input; raises ValueError for more than `most` values, or a NUL."""
    if values and len(values) > most:
        raise ValueError(f"`{name}` takes at most {most} values, not {len(values)}.")
    return tuple(map(storable, values or ()))


_LIST_ARGUMENTS = (
    Argument(
        "filter",
        ProductFilterInput | None,
        "Which products to list; left out, all on sale.",
        None,
        ProductFilterInput.freeze,
    ),
    Argument("sort", ProductSort, "How the list is sorted.", ProductSort.NAME),
)


@rows(CategoryRow, prefix="category", by_id=categories_by_id)
@strawberry.type(
    description="A part of the catalogue, such as mugs below kitchen; categories form a tree.",
    directives=[kept_for(CONTENT_AGE)],
)
class Category(Node):
    id: strawberry.ID = public_id("category")
    slug: str = strawberry.field(description="Its unique name in URLs: `home-kitchen-mugs`.")
    name: str = strawberry.field(description="The name that shoppers see: `Mugs`.")
    product_count: int = strawberry.field(
        description="How many products are on sale in this category and below it."
    )
    parent: "Category | None" = reads(
        categories_by_id,
        key="parent_id",
        description="The category directly above; null at the top of the tree.",
    )
    breadcrumbs: list["Category"] = reads(
        categories_by_path,
        key="path",
        at_most=10,
        description="The way from the top of the tree down to this category, which is the last of"
        " at most 10.",
    )
    children: Connection["Category"] = reads(
        categories_by_parent,
        description="The categories directly below, by name; empty at the end of a branch.",
    )
    products: Connection["Product"] = reads(
        products_by_category,
        arguments=_LIST_ARGUMENTS,
        description="The products on sale in this category and below it.",
    )


@rows(MediaRow)
@strawberry.type(
    description="A picture of a product, with words for who cannot see it.",
    directives=[INHERITED],
)
class Media:
    url: str = strawberry.field(description="Where the picture is, as an absolute URL.")
    alt_text: str = strawberry.field(
        description="What the picture shows, in words: the `alt` of an HTML image."
    )


@strawberry.type(
    description="What a product's variants differ in, such as the size, to choose a variant by.",
    directives=[INHERITED],
)
class ProductOption:
    name: str = strawberry.field(description="The name that shoppers see: `size`.")
    values: list[str] = listed(
        at_most=100,
        description="The values that its variants have, at most 100, in the shop's order.",
    )


@strawberry.type(
    description="What a variant is of one of its product's options, such as the size XL.",
    directives=[INHERITED],
)
class SelectedOption:
    name: str = strawberry.field(description="The name of the product's option: `size`.")
    value: str = strawberry.field(description="The variant's value of it: `XL`.")


def _selected_options(row: VariantRow) -> list[SelectedOption]:
    return [SelectedOption(name=each["name"], value=each["value"]) for each in row.options]


def _price_range(row: ProductRow) -> core.money.PriceRange | None:
    if row.price_from_minor is None or row.price_to_minor is None:
        return None
    return core.money.PriceRange(
        core.money.Money(row.price_from_minor, row.currency),
        core.money.Money(row.price_to_minor, row.currency),
    )


def _price(row: VariantRow) -> core.money.Money:
    return core.money.Money(row.price_minor, row.currency)


@rows(ProductRow, prefix="product", by_id=products_by_id)
@strawberry.type(
    description="What a shopper looks at; what is bought is one of its variants.",
    directives=[kept_for(CONTENT_AGE)],
)
class Product(Node):
    id: strawberry.ID = public_id("product")
    slug: str = strawberry.field(description="Its unique name in URLs: `harbour-merino-jumper`.")
    name: str = strawberry.field(description="The name that shoppers see, without options.")
    description: str = strawberry.field(
        description="What the product is, as plain text without markup; it may be empty."
    )
    brand: str | None = strawberry.field(description="Who makes it; null where it has no brand.")
    released_on: date | None = strawberry.field(
        description="The day it first came to market anywhere; null where that is not known."
    )
    created_at: datetime = strawberry.field(description="When it came into this shop.")
    updated_at: datetime = strawberry.field(
        description="When it last changed in this shop; changes of variants alone do not count."
    )
    status: ProductStatus = derived(
        lambda row: ProductStatus(row.status),
        "status",
        # Only staff are told more than one answer, which no cache is to keep.
        max_age=0,
        description="Where it stands; shoppers only ever see `ACTIVE` products.",
    )
    merchant: Account | None = reads(
        accounts_by_id,
        key="merchant_id",
        requires=STAFF,
        description="The merchant who looks after it: merchants see themselves, and admins"
        " everyone. Null otherwise, as for what is the shop's own.",
    )
    price_range: PriceRange | None = derived(
        _price_range,
        "price_from_minor",
        "price_to_minor",
        "currency",
        max_age=OFFER_AGE,
        description="The span of its variants' prices; null while it has none, which is never on"
        " sale.",
    )
    in_stock: bool = strawberry.field(
        description="Whether at least one of its variants can be bought now.",
        directives=[kept_for(OFFER_AGE)],
    )
    category: Category | None = reads(
        categories_by_id,
        key="category_id",
        neighbour="category",
        description="The category it is in, and so in all that are above that one.",
    )
    options: list[ProductOption] = reads(
        options_by_product,
        at_most=10,
        description="What its variants differ in, at most 10; empty where there is nothing to"
        " choose.",
    )
    variants: Connection["Variant"] = reads(
        variants_by_product, description="The articles that are bought, in the shop's order."
    )
    attributes: Connection[Attribute] = reads(
        attributes_by_product,
        description="The properties that all its variants share, sorted by `key`.",
    )
    media: Connection[Media] = reads(
        media_by_product, description="Its pictures, the most telling first."
    )


@rows(VariantRow, prefix="variant", by_id=variants_by_id)
@strawberry.type(
    description="One article that can be bought: a product in one size, colour and so on.",
    directives=[kept_for(CONTENT_AGE)],
)
class Variant(Node):
    id: strawberry.ID = public_id("variant")
    sku: str = strawberry.field(description="The shop's unique article number: `HM-1001-M`.")
    name: str = strawberry.field(description="The name, options included: `Merino Jumper, M`.")
    mpn: str | None = strawberry.field(
        description="The manufacturer's part number; null where there is none."
    )
    eans: list[str] = listed(
        at_most=200, description="Its barcodes (GTIN), 8 to 14 digits each, at most 200."
    )
    options: list[SelectedOption] = derived(
        _selected_options,
        "options",
        at_most=10,
        description="What sets it apart from the product's other variants, at most 10 choices.",
    )
    price: Money = derived(
        _price,
        "price_minor",
        "currency",
        max_age=OFFER_AGE,
        description="What one of it costs now.",
    )
    in_stock: bool = derived(
        lambda row: row.available > 0,
        "available",
        max_age=OFFER_AGE,
        description="Whether at least one can be bought now.",
    )
    available_quantity: int = derived(
        lambda row: row.available,
        "available",
        max_age=OFFER_AGE,
        description="How many can be bought now: the stock less what pending orders have reserved.",
    )
    product: Product | None = reads(
        products_by_id,
        key="product_id",
        neighbour="product",
        description="The product that it is one variant of, with its description and pictures.",
    )


@strawberry.type
class CatalogQuery:
    product: Product | None = root(
        catalog.product,
        arguments=(
            id_argument("product", "The id of the product; either this or `slug`."),
            Argument(
                "slug", str | None, "The slug of the product; either this or `id`.", None, storable
            ),
        ),
        description="One product, by its id or its slug; null where the viewer may see none.",
    )
    products: Connection[Product] = root(
        catalog.products,
        arguments=_LIST_ARGUMENTS,
        max_age=CONTENT_AGE,
        description="The products on sale, or for staff those of a status. For words and facets,"
        " use `search`.",
    )
    variant: Variant | None = root(
        catalog.variant,
        arguments=(
            id_argument("variant", "The id of the variant; either this or `sku`."),
            Argument(
                "sku",
                str | None,
                "The article number of the variant; either this or `id`.",
                None,
                storable,
            ),
        ),
        description="One variant, by its id or its article number; null where the viewer may see"
        " none.",
    )
    category: Category | None = root(
        catalog.category,
        arguments=(
            id_argument("category", "The id of the category; either this or `slug`."),
            Argument(
                "slug", str | None, "The slug of the category; either this or `id`.", None, storable
            ),
        ),
        description="One category, by its id or its slug; null where there is none.",
    )
    categories: Connection[Category] = root(
        catalog.categories,
        max_age=CONTENT_AGE,
        description="The categories at the top of the tree, by name; go down by `children`.",
    )
