from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, func, literal, select

from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from loaders.batches import Listing, page_of, pages_by_key, rows_by_key
from loaders.categories import within
from models import Product, StockLevel, Variant

_AVAILABLE = (
    select(Variant.id)
    .join(StockLevel, StockLevel.variant_id == Variant.id)
    .where(Variant.product_id == Product.id, StockLevel.on_hand > StockLevel.reserved)
    .correlate(Product)
)


class ProductRow(
    Row,
    columns={
        **Product.__table__.c,
        "sort_name": func.lower(Product.name, type_=String),
        # For EXISTS PostgreSQL would read the stock of the whole shop before it cuts the page.
        "in_stock": _AVAILABLE.limit(1).scalar_subquery().is_not(None),
    },
):
    id: UUID
    category_id: UUID
    slug: str
    name: str
    description: str
    brand: str | None
    released_on: date | None
    currency: str
    price_from_minor: int
    price_to_minor: int
    created_at: datetime
    updated_at: datetime
    sort_name: str
    in_stock: bool


class ProductSort(Enum):
    NAME = Order("name", ("sort_name", "id"))
    PRICE_ASC = Order("price_asc", ("price_from_minor", "id"))
    PRICE_DESC = Order("price_desc", ("price_from_minor", "id"), descending=True)
    NEWEST = Order("newest", ("created_at", "id"), descending=True)


@dataclass(frozen=True)
class ProductFilter:
    """What products must satisfy; prices are minor units, bounds included."""

    category: UUID | None = None
    brands: tuple[str, ...] = ()
    price_from: int | None = None
    price_to: int | None = None
    in_stock: bool = False


def visible_products() -> Select[Any]:
    return select(Product).where(Product.status == "active")


def _filtered(wanted: ProductFilter | None) -> Select[Any]:
    source = visible_products()
    if wanted is None:
        return source
    if wanted.category is not None:
        source = source.where(Product.category_id.in_(within(literal(wanted.category))))
    if wanted.brands:
        source = source.where(Product.brand.in_(wanted.brands))
    if wanted.price_from is not None:
        source = source.where(Product.price_from_minor >= wanted.price_from)
    if wanted.price_to is not None:
        source = source.where(Product.price_from_minor <= wanted.price_to)
    if wanted.in_stock:
        source = source.where(_AVAILABLE.exists())
    return source


@batch_read
async def products_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[ProductRow | None]:
    return await rows_by_key(
        context, ProductRow, keys, columns=columns, key=Product.id, source=visible_products()
    )


@batch_read
async def products_by_slug(
    context: Context, keys: Sequence[str], *, columns: frozenset[str]
) -> list[ProductRow | None]:
    return await rows_by_key(
        context, ProductRow, keys, columns=columns, key=Product.slug, source=visible_products()
    )


@batch_read
async def products_by_category(
    context: Context,
    keys: Sequence[UUID],
    *,
    columns: frozenset[str],
    page: PageRequest,
    filter: ProductFilter | None,  # noqa: A002 - the argument's name in the graph.
    sort: ProductSort,
) -> list[Page[ProductRow]]:
    """Return the products of each category and of all below it."""
    return await pages_by_key(
        context,
        keys,
        Listing(ProductRow, _filtered(filter), sort.value),
        lambda key: Product.category_id.in_(within(key)),
        columns=columns,
        page=page,
    )


@batch_read
async def all_products(
    context: Context,
    *,
    columns: frozenset[str],
    page: PageRequest,
    filter: ProductFilter | None,  # noqa: A002 - the argument's name in the graph.
    sort: ProductSort,
) -> Page[ProductRow]:
    listing = Listing(ProductRow, _filtered(filter), sort.value)
    return await page_of(context, listing, columns=columns, page=page)
