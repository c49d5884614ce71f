"""What is read for many parents at once: a DataLoader each, made anew for every request."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import joinedload, undefer
from strawberry.dataloader import DataLoader

from benchmarks.references.plain.models import (
    AttributeDefinition,
    Category,
    Media,
    Product,
    StockLevel,
    Variant,
)
from benchmarks.references.plain.order_models import CartLine, OrderLine, Payment, ShippingMethod

Sessions = async_sessionmaker[AsyncSession]
RowT = TypeVar("RowT")


class Loaders:
    """Each load has a session of its own, as one session cannot run two statements at a time."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self.products = DataLoader(load_fn=self._products)
        self.detailed_products = DataLoader(load_fn=self._detailed_products)
        self.categories = DataLoader(load_fn=self._categories)
        self.variants_of_product = DataLoader(load_fn=self._variants_of_product)
        self.product_in_stock = DataLoader(load_fn=self._product_in_stock)
        self.media_of_product = DataLoader(load_fn=self._media_of_product)
        self.attribute_definitions = DataLoader(load_fn=self._attribute_definitions)
        self.lines_of_cart = DataLoader(load_fn=self._lines_of_cart)
        self.lines_of_order = DataLoader(load_fn=self._lines_of_order)
        self.payments_of_order = DataLoader(load_fn=self._payments_of_order)
        self.shipping_methods = DataLoader(load_fn=self._shipping_methods)

    async def _one(
        self, statement: Select[RowT], key: str, keys: Sequence[Any]
    ) -> list[RowT | None]:
        """Return the row of each key, whose attribute `key` it is."""
        async with self._sessions() as session:
            found = {getattr(row, key): row for row in await session.scalars(statement)}
        return [found.get(each) for each in keys]

    async def _several(
        self, statement: Select[RowT], key: str, keys: Sequence[UUID]
    ) -> list[list[RowT]]:
        """Return the rows of each key in the statement's order."""
        found: defaultdict[UUID, list[RowT]] = defaultdict(list)
        async with self._sessions() as session:
            for row in await session.scalars(statement):
                found[getattr(row, key)].append(row)
        return [found[each] for each in keys]

    async def _products(self, keys: list[UUID]) -> list[Product | None]:
        statement = select(Product).where(Product.id.in_(keys), Product.status == "active")
        return await self._one(statement, "id", keys)

    async def _detailed_products(self, keys: list[UUID]) -> list[Product | None]:
        statement = (
            select(Product)
            .where(Product.id.in_(keys), Product.status == "active")
            .options(undefer(Product.description), undefer(Product.attributes))
        )
        return await self._one(statement, "id", keys)

    async def _categories(self, keys: list[UUID]) -> list[Category | None]:
        return await self._one(select(Category).where(Category.id.in_(keys)), "id", keys)

    async def _variants_of_product(self, keys: list[UUID]) -> list[list[Variant]]:
        statement = (
            select(Variant)
            .where(Variant.product_id.in_(keys))
            .options(joinedload(Variant.stock))
            .order_by(Variant.position, Variant.id)
        )
        return await self._several(statement, "product_id", keys)

    async def _product_in_stock(self, keys: list[UUID]) -> list[bool]:
        statement = (
            select(Variant.product_id)
            .join(StockLevel, StockLevel.variant_id == Variant.id)
            .where(Variant.product_id.in_(keys), StockLevel.on_hand > StockLevel.reserved)
        )
        async with self._sessions() as session:
            available = set(await session.scalars(statement))
        return [key in available for key in keys]

    async def _media_of_product(self, keys: list[UUID]) -> list[list[Media]]:
        statement = (
            select(Media).where(Media.product_id.in_(keys)).order_by(Media.position, Media.id)
        )
        return await self._several(statement, "product_id", keys)

    async def _attribute_definitions(self, keys: list[str]) -> list[AttributeDefinition | None]:
        statement = select(AttributeDefinition).where(AttributeDefinition.key.in_(keys))
        return await self._one(statement, "key", keys)

    async def _lines_of_cart(self, keys: list[UUID]) -> list[list[CartLine]]:
        variant = joinedload(CartLine.variant)
        statement = (
            select(CartLine)
            .where(CartLine.cart_id.in_(keys))
            .options(variant.joinedload(Variant.product), variant.joinedload(Variant.stock))
            .order_by(CartLine.id)
        )
        return await self._several(statement, "cart_id", keys)

    async def _lines_of_order(self, keys: list[UUID]) -> list[list[OrderLine]]:
        statement = (
            select(OrderLine).where(OrderLine.order_id.in_(keys)).order_by(OrderLine.position)
        )
        return await self._several(statement, "order_id", keys)

    async def _payments_of_order(self, keys: list[UUID]) -> list[list[Payment]]:
        statement = select(Payment).where(Payment.order_id.in_(keys)).order_by(Payment.id.desc())
        return await self._several(statement, "order_id", keys)

    async def _shipping_methods(self, keys: list[tuple[str, str]]) -> list[ShippingMethod | None]:
        statement = select(ShippingMethod).where(
            tuple_(ShippingMethod.code, ShippingMethod.currency).in_(keys)
        )
        async with self._sessions() as session:
            found = {(row.code, row.currency): row for row in await session.scalars(statement)}
        return [found.get(key) for key in keys]
