from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from core.errors import BadInput
from core.reads import Page, PageRequest, RowT
from loaders.categories import CategoryRow, categories_by_id, categories_by_slug, top_categories
from loaders.products import (
    ProductFilter,
    ProductRow,
    ProductSort,
    all_products,
    products_by_id,
    products_by_slug,
)
from loaders.variants import VariantRow, variants_by_id, variants_by_sku
from resolvers.context import ShopContext

ByKey = Callable[..., Awaitable[Sequence[RowT | None]]]


async def _one(
    context: ShopContext, read: ByKey[RowT], key: object, columns: frozenset[str]
) -> RowT | None:
    return (await read(context, [key], columns=columns))[0]


def _exactly_one(first: str, given: object, second: str, other: object) -> None:
    if (given is None) == (other is None):
        raise BadInput(first, f"Give either `{first}` or `{second}`.")


async def product(
    context: ShopContext,
    *,
    id: UUID | None,  # noqa: A002 - the argument's name in the graph.
    slug: str | None,
    columns: frozenset[str],
) -> ProductRow | None:
    _exactly_one("id", id, "slug", slug)
    if id is not None:
        return await _one(context, products_by_id, id, columns)
    return await _one(context, products_by_slug, slug, columns)


async def products(
    context: ShopContext,
    *,
    columns: frozenset[str],
    page: PageRequest,
    filter: ProductFilter | None,  # noqa: A002 - the argument's name in the graph.
    sort: ProductSort,
) -> Page[ProductRow]:
    return await all_products(context, columns=columns, page=page, filter=filter, sort=sort)


async def variant(
    context: ShopContext,
    *,
    id: UUID | None,  # noqa: A002 - the argument's name in the graph.
    sku: str | None,
    columns: frozenset[str],
) -> VariantRow | None:
    _exactly_one("id", id, "sku", sku)
    if id is not None:
        return await _one(context, variants_by_id, id, columns)
    return await _one(context, variants_by_sku, sku, columns)


async def category(
    context: ShopContext,
    *,
    id: UUID | None,  # noqa: A002 - the argument's name in the graph.
    slug: str | None,
    columns: frozenset[str],
) -> CategoryRow | None:
    _exactly_one("id", id, "slug", slug)
    if id is not None:
        return await _one(context, categories_by_id, id, columns)
    return await _one(context, categories_by_slug, slug, columns)


async def categories(
    context: ShopContext, *, columns: frozenset[str], page: PageRequest
) -> Page[CategoryRow]:
    return await top_categories(context, columns=columns, page=page)
