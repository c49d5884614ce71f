from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, String, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from loaders.batches import Listing, page_of, pages_by_key, rows_by_key
from models import Category, Product

BY_NAME = Order("name", ("sort_name", "id"))


def within(category: SQLColumnExpression[UUID]) -> Select[UUID]:
    """Select the ids of a category and all below it."""
    inner = aliased(Category)
    return select(inner.id).where(inner.path.contains(array([category]))).correlate_except(inner)


_CATEGORIES = select(Category)
_ROOTS = _CATEGORIES.where(Category.parent_id.is_(None))
_ACTIVE_PRODUCTS = (
    select(func.count())
    .select_from(Product)
    .where(Product.status == "active", Product.category_id.in_(within(Category.id)))
    .correlate(Category)
    .scalar_subquery()
)


class CategoryRow(
    Row,
    columns={
        **Category.__table__.c,
        "sort_name": func.lower(Category.name, type_=String),
        "product_count": _ACTIVE_PRODUCTS,
    },
):
    id: UUID
    parent_id: UUID | None
    path: list[UUID]
    slug: str
    name: str
    sort_name: str
    product_count: int


@batch_read
async def categories_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[CategoryRow | None]:
    return await rows_by_key(
        context, CategoryRow, keys, columns=columns, key=Category.id, source=_CATEGORIES
    )


@batch_read
async def categories_by_slug(
    context: Context, keys: Sequence[str], *, columns: frozenset[str]
) -> list[CategoryRow | None]:
    return await rows_by_key(
        context, CategoryRow, keys, columns=columns, key=Category.slug, source=_CATEGORIES
    )


async def categories_by_path(
    context: Context, keys: Sequence[tuple[UUID, ...]], *, columns: frozenset[str]
) -> list[list[CategoryRow]]:
    """Return the categories along each path, the root first."""
    ids = sorted({each for path in keys for each in path})
    rows = dict(zip(ids, await categories_by_id(context, ids, columns=columns), strict=True))
    return [[row for each in path if (row := rows[each])] for path in keys]


@batch_read
async def categories_by_parent(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[CategoryRow]]:
    return await pages_by_key(
        context,
        keys,
        Listing(CategoryRow, _CATEGORIES, BY_NAME),
        Category.parent_id,
        columns=columns,
        page=page,
    )


@batch_read
async def top_categories(
    context: Context, *, columns: frozenset[str], page: PageRequest
) -> Page[CategoryRow]:
    listing = Listing(CategoryRow, _ROOTS, BY_NAME)
    return await page_of(context, listing, columns=columns, page=page)
