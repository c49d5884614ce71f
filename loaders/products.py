from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    Uuid,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from core.errors import ForbiddenError, UnauthenticatedError
from core.reads import Context, Neighbour, Order, Page, PageRequest, Row, set_parts
from core.telemetry import batch_read
from core.viewer import Viewer
from loaders.batches import Listing, page_of, pages_by_key, rows_by_key
from loaders.categories import CategoryRow, within
from loaders.viewers import VIEWER_ID
from models import Category, Product, ProductStatus, StockLevel, Variant

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
    neighbours={
        # To count the products of a category takes long, once for each product of a page.
        "category": Neighbour(
            CategoryRow,
            frozenset(CategoryRow.columns) - {"product_count"},
            lambda source: source.join(Category, Category.id == Product.category_id),
        )
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


_ON_SALE = select(Product).where(Product.status == ProductStatus.ACTIVE)
_OWN = Product.merchant_id == VIEWER_ID
# Of each part of a filter that is set; its value is the parameter of the same name.
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "category": Product.category_id.in_(within(bindparam("category", type_=Uuid()))),
    "brands": Product.brand == func.any(bindparam("brands", type_=ARRAY(String()))),
    "price_from": Product.price_from_minor >= bindparam("price_from", type_=BigInteger()),
    "price_to": Product.price_from_minor <= bindparam("price_to", type_=BigInteger()),
    "in_stock": _AVAILABLE.exists(),
    "statuses": Product.status == func.any(bindparam("statuses", type_=ARRAY(String()))),
}


@cache
def visible_products(role: str | None) -> Select[Any]:
    """Select what is on sale, and what the viewer looks after in whatever state it is."""
    if role == "admin":
        return select(Product)
    if role == "merchant":
        return select(Product).where(or_(Product.status == ProductStatus.ACTIVE, _OWN))
    return _ON_SALE


def _looked_after(role: str | None) -> Select[Any]:
    """Select an admin's products, which are all, or a merchant's own."""
    if role == "admin":
        return select(Product)
    if role == "merchant":
        return select(Product).where(_OWN)
    raise UnauthenticatedError if role is None else ForbiddenError


def _listing(viewer: Viewer, wanted: ProductFilter, sort: ProductSort) -> Listing[ProductRow]:
    parts = set_parts(wanted)
    source = _filtered(viewer.role, frozenset(parts))
    order = _STAFF_ORDERS.get(sort, sort.value) if wanted.statuses else sort.value
    return Listing(ProductRow, source, order, parts)


@cache
def _filtered(role: str | None, names: frozenset[str]) -> Select[Any]:
    source = _looked_after(role) if "statuses" in names else _ON_SALE
    return source.where(*(_CONDITIONS[name] for name in sorted(names)))


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
        source=visible_products(context.viewer.role),
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
        source=visible_products(context.viewer.role),
    )


def _is_within(category: ColumnElement[UUID]) -> ColumnElement[bool]:
    return Product.category_id.in_(within(category))


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
        _is_within,
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
