"""Searches with their facets, and what is suggested while one is typed."""

from collections.abc import Sequence
from enum import Enum
from itertools import groupby
from typing import Any

import strawberry
from sqlalchemy import Row

from benchmarks.references.plain.catalog import Category, Product
from benchmarks.references.plain.context import Context, Info
from benchmarks.references.plain.shared import PageInfo
from benchmarks.references.search_statements import (
    BRANDS,
    CATEGORIES,
    FACETS,
    HITS,
    PRODUCTS,
    highlight,
    like_pattern,
    share,
)


@strawberry.enum
class SuggestionKind(Enum):
    PRODUCT = "product"
    BRAND = "brand"
    CATEGORY = "category"


@strawberry.type
class Suggestion:
    text: str
    kind: SuggestionKind


@strawberry.type
class FacetValue:
    value: str
    count: int


@strawberry.type
class CategoryFacet:
    count: int
    category: Category | None


@strawberry.type
class AttributeFacet:
    key: str
    values: list[FacetValue]


@strawberry.type
class PriceFacet:
    lowest: int
    highest: int


@strawberry.type
class Facets:
    brands: list[FacetValue]
    categories: list[CategoryFacet]
    prices: PriceFacet | None
    attributes: list[AttributeFacet]


@strawberry.type
class SearchEdge:
    node: Product
    highlight: str | None


@strawberry.type
class SearchConnection:
    text: strawberry.Private[str]
    total_count: int
    edges: list[SearchEdge]
    page_info: PageInfo

    @strawberry.field
    async def facets(self, info: Info) -> Facets:
        rows = await _fetch(info.context, FACETS, self.text)
        found = {name: list(several) for name, several in groupby(rows, lambda row: row.facet)}
        counted = found.get("category", [])
        shelves = await info.context.loaders.categories.load_many([row.id for row in counted])
        lowest, highest = found["lowest"][0].number, found["highest"][0].number
        return Facets(
            brands=_values(found.get("brand", [])),
            categories=[
                CategoryFacet(count=row.number, category=Category.of(shelf))
                for row, shelf in zip(counted, shelves, strict=True)
                if shelf is not None
            ],
            prices=None if lowest is None else PriceFacet(lowest=lowest, highest=highest),
            attributes=[
                AttributeFacet(key=key, values=_values(list(several)))
                for key, several in groupby(found.get("attribute", []), lambda row: row.key)
            ],
        )


def _values(rows: Sequence[Row[Any]]) -> list[FacetValue]:
    return [FacetValue(value=row.value, count=row.number) for row in rows]


async def _fetch(context: Context, statement: str, *params: object) -> Sequence[Row[Any]]:
    """Run a statement in the driver's own form, with `$1` for its first parameter."""
    async with context.sessions() as session:
        connection = await session.connection()
        return (await connection.exec_driver_sql(statement, params)).all()


async def search(info: Info, query: str, first: int = 20) -> SearchConnection:
    text = query.strip()
    hits = await _fetch(info.context, HITS, text, first + 1)
    products = await info.context.loaders.products.load_many([hit.id for hit in hits[:first]])
    return SearchConnection(
        text=text,
        total_count=hits[0].total if hits else 0,
        edges=[
            SearchEdge(node=Product.of(row), highlight=highlight(hit.headline))
            for row, hit in zip(products, hits[:first], strict=True)
            if row is not None
        ],
        page_info=PageInfo(has_next_page=len(hits) > first),
    )


async def suggest(info: Info, prefix: str, first: int = 8) -> list[Suggestion]:
    text = prefix.strip()
    pattern, few = like_pattern(text), share(first)
    brands = await _fetch(info.context, BRANDS, pattern, few)
    categories = await _fetch(info.context, CATEGORIES, text, few)
    products = await _fetch(info.context, PRODUCTS, pattern, first)
    kinds = (
        (SuggestionKind.BRAND, brands),
        (SuggestionKind.CATEGORY, categories),
        (SuggestionKind.PRODUCT, products),
    )
    return [Suggestion(text=row[0], kind=kind) for kind, rows in kinds for row in rows][:first]
