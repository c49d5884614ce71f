from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, func, literal, or_, select

from core.errors import ForbiddenError, UnauthenticatedError
from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from core.viewer import Viewer
from loaders.batches import Listing, page_of, pages_by_key, rows_by_key
from loaders.categories import within
from models import Product, ProductStatus, StockLevel, Variant

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
        # A draft may have no price yet, and a cursor cannot stand at a null.
        "staff_price_minor": func.coalesce(Product.price_from_minor, 0),
        # For EXISTS PostgreSQL would read the stock of the whole shop before it cuts the page.
        "in_stock": _AVAILABLE.limit(1).scalar_subquery().is_not(None),
    },
):
    id: UUID
    merchant_id: UUID | None
    category_id: UUID
    slug: str
    name: str
    description: str
    brand: str | None
    released_on: date | None
    status: str
    currency: str
    price_from_minor: int | None
    price_to_minor: int | None
    created_at: datetime
    updated_at: datetime
    sort_name: str
    staff_price_minor: int
    in_stock: bool


class ProductSort(Enum):
    NAME = Order("name", ("sort_name", "id"))
    PRICE_ASC = Order("price_asc", ("price_from_minor", "id"))
    PRICE_DESC = Order("price_desc", ("price_from_minor", "id"), descending=True)
    NEWEST = Order("newest", ("created_at", "id"), descending=True)


# The order of a list that may hold products without a price.
_STAFF_ORDERS = {
    ProductSort.PRICE_ASC: Order("price_asc", ("staff_price_minor", "id")),
    ProductSort.PRICE_DESC: Order("price_desc", ("staff_price_minor", "id"), descending=True),
}


@dataclass(frozen=True)
class ProductFilter:
    """What products must satisfy; prices are minor units, bounds included.

    Without statuses it means what is on sale; with them, what the viewer looks after.
    """

    category: UUID | None = None
    brands: tuple[str, ...] = ()
    price_from: int | None = None
    price_to: int | None = None
    in_stock: bool = False
    statuses: tuple[ProductStatus, ...] = ()


_NO_FILTER = ProductFilter()


def _on_sale() -> Select[Any]:
    return select(Product).where(Product.status == ProductStatus.ACTIVE)


def visible_products(viewer: Viewer) -> Select[Any]:
    """Select what is on sale, and what the viewer looks after in whatever state it is."""
    if viewer.role == "admin":
        return select(Product)
    if viewer.role == "merchant":
        own = Product.merchant_id == viewer.account_id
        return select(Product).where(or_(Product.status == ProductStatus.ACTIVE, own))
    return _on_sale()


def _looked_after(viewer: Viewer) -> Select[Any]:
    """Select an admin's products, which are all, or a merchant's own."""
    if viewer.role == "admin":
        return select(Product)
    if viewer.role == "merchant":
        return select(Product).where(Product.merchant_id == viewer.account_id)
    raise UnauthenticatedError if viewer.role is None else ForbiddenError


def _listing(viewer: Viewer, wanted: ProductFilter, sort: ProductSort) -> Listing[ProductRow]:
    if not wanted.statuses:
        return Listing(ProductRow, _filtered(_on_sale(), wanted), sort.value)
    source = _looked_after(viewer).where(Product.status.in_(wanted.statuses))
    order = _STAFF_ORDERS.get(sort, sort.value)
    return Listing(ProductRow, _filtered(source, wanted), order)


def _filtered(source: Select[Any], wanted: ProductFilter) -> Select[Any]:
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
        context,
        ProductRow,
        keys,
        columns=columns,
        key=Product.id,
        source=visible_products(context.viewer),
    )


@batch_read
async def products_by_slug(
    context: Context, keys: Sequence[str], *, columns: frozenset[str]
) -> list[ProductRow | None]:
    return await rows_by_key(
        context,
        ProductRow,
        keys,
        columns=columns,
        key=Product.slug,
        source=visible_products(context.viewer),
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
        _listing(context.viewer, filter or _NO_FILTER, sort),
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
    listing = _listing(context.viewer, filter or _NO_FILTER, sort)
    return await page_of(context, listing, columns=columns, page=page)
