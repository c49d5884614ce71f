"""The root fields that read."""

import strawberry
from sqlalchemy import select

from benchmarks.references.plain import models
from benchmarks.references.plain.catalog import Product, ProductFilterInput, ProductSort
from benchmarks.references.plain.context import Info
from benchmarks.references.plain.shared import Connection, PageInfo, cursor
from core.ids import decode_id


@strawberry.type
class Query:
    @strawberry.field
    async def products(
        self,
        info: Info,
        filter: ProductFilterInput,  # noqa: A002 - the argument's name in the graph.
        sort: ProductSort,
        first: int = 20,
    ) -> Connection[Product]:
        _, category = decode_id(filter.category)
        statement = (
            select(models.Product)
            .join(models.Category, models.Category.id == models.Product.category_id)
            .where(models.Product.status == "active", models.Category.path.contains([category]))
            .order_by(models.Product.price_from_minor, models.Product.id)
            .limit(first + 1)
        )
        async with info.context.sessions() as session:
            rows = list(await session.scalars(statement))
        page = rows[:first]
        end = page and cursor(sort.value, [page[-1].price_from_minor, page[-1].id])
        return Connection(
            nodes=[Product.of(row) for row in page],
            page_info=PageInfo(has_next_page=len(rows) > first, end_cursor=end or None),
        )
