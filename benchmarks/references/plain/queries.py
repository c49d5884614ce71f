"""The root fields that read."""

from enum import Enum

import strawberry
from sqlalchemy import select
from sqlalchemy.orm import undefer

from benchmarks.references.plain import models, order_models
from benchmarks.references.plain.carts import Cart
from benchmarks.references.plain.catalog import Product
from benchmarks.references.plain.context import Info
from benchmarks.references.plain.orders import Account
from benchmarks.references.plain.search import SearchConnection, Suggestion, search, suggest
from benchmarks.references.plain.shared import Connection, cursor
from core.ids import decode_id


@strawberry.enum
class ProductSort(Enum):
    PRICE_ASC = "price_asc"


@strawberry.input
class ProductFilterInput:
    category: strawberry.ID


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
        last = rows[:first][-1] if rows else None
        end = None if last is None else cursor(sort.value, [last.price_from_minor, last.id])
        return Connection.of([Product.of(row) for row in rows], first, end)

    @strawberry.field
    async def product(self, info: Info, slug: str) -> Product | None:
        statement = (
            select(models.Product)
            .where(models.Product.slug == slug, models.Product.status == "active")
            .options(undefer(models.Product.description), undefer(models.Product.attributes))
        )
        async with info.context.sessions() as session:
            row = await session.scalar(statement)
        if row is None:
            return None
        info.context.loaders.detailed_products.prime(row.id, row)
        return Product.of(row)

    search: SearchConnection = strawberry.field(resolver=search)
    suggest: list[Suggestion] = strawberry.field(resolver=suggest)

    @strawberry.field
    async def cart(self, info: Info) -> Cart | None:
        if info.context.cart_secret_hash is None:
            return None
        statement = select(order_models.Cart).where(
            order_models.Cart.secret_hash == info.context.cart_secret_hash,
            order_models.Cart.status == "open",
        )
        async with info.context.sessions() as session:
            row = await session.scalar(statement)
        return None if row is None else Cart.of(row)

    @strawberry.field
    async def viewer(self, info: Info) -> Account | None:
        if info.context.account is None:
            return None
        async with info.context.sessions() as session:
            row = await session.get(order_models.Account, info.context.account)
        return None if row is None else Account.of(row)
