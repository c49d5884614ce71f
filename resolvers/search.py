from dataclasses import dataclass

from core.reads import PageRequest
from loaders.products import ProductRow, products_by_id
from resolvers.context import ShopContext
from search.port import (
    Facets,
    Hit,
    SearchFilter,
    SearchRequest,
    SearchSort,
    Suggestion,
)


@dataclass(frozen=True)
class FoundProduct:
    """A hit with the product it found."""

    node: ProductRow
    hit: Hit


@dataclass(frozen=True)
class SearchPage:
    """The hits of one page whose products are there to see; the total is the engine's."""

    edges: list[FoundProduct]
    has_next: bool
    has_previous: bool
    total: int | None
    facets: Facets | None

    @property
    def rows(self) -> list[ProductRow]:
        return [edge.node for edge in self.edges]


async def search(
    context: ShopContext,
    *,
    query: str,
    filter: SearchFilter | None,  # noqa: A002 - the argument's name in the graph.
    sort: SearchSort,
    columns: frozenset[str],
    page: PageRequest,
    selected: frozenset[str],
) -> SearchPage:
    """Ask the engine, then read the products it found; what is off sale meanwhile is dropped."""
    request = SearchRequest(
        text=query,
        filter=filter or SearchFilter(),
        sort=sort,
        first=page.first,
        after=page.after,
        facets="facets" in selected,
        total=page.total,
    )
    result = await context.search.search(request)
    ids = [hit.id for hit in result.hits]
    rows = await products_by_id(context, ids, columns=columns | {"id", "status"})
    return SearchPage(
        edges=[
            FoundProduct(row, hit)
            for row, hit in zip(rows, result.hits, strict=True)
            if row and row.status == "active"
        ],
        has_next=result.has_next,
        has_previous=page.after is not None,
        total=result.total,
        facets=result.facets,
    )


async def suggest(context: ShopContext, *, prefix: str, first: int) -> list[Suggestion]:
    return await context.search.suggest(prefix, first)
