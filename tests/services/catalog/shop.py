"""A shop whose catalogue two merchants and an admin look after, for tests of the services."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.database import Database
from core.ids import encode_id
from core.viewer import Viewer
from models import AttributeDefinition, Base, Event, Media, Product, StockLevel, Variant
from tests.factories import Factory

TABLES: tuple[type[Base], ...] = (
    Product,
    Variant,
    StockLevel,
    Media,
    AttributeDefinition,
    Event,
)


@dataclass
class Shop:
    """`mug` is a product on sale of `merchant`, with a variant at 10.00 of which 5 are there."""

    database: Database
    factory: Factory
    admin: Viewer
    merchant: Viewer
    other: Viewer
    customer: Viewer
    category: UUID
    mug: UUID
    variant: UUID

    @property
    def ids(self) -> dict[str, str]:
        """The public ids of what it names, by the type."""
        return {
            "product": encode_id("product", self.mug),
            "variant": encode_id("variant", self.variant),
            "category": encode_id("category", self.category),
        }

    async def do(self, command: Callable[..., Awaitable[Any]], *given: Any) -> Any:
        """Run a command in a transaction of its own."""
        async with self.database.session.begin() as session:
            return await command(session, *given)

    async def rows(self, table: type[Base]) -> list[dict[str, Any]]:
        statement = select(table.__table__).order_by(*table.__table__.primary_key)
        found = await self.database.fetch(statement, {})
        names = table.__table__.c.keys()
        return [dict(zip(names, row, strict=True)) for row in found]

    async def row(self, table: type[Base], **wanted: Any) -> dict[str, Any]:
        """Return the one row that has these values."""
        (row,) = [row for row in await self.rows(table) if wanted.items() <= row.items()]
        return row

    async def everything(self) -> dict[str, list[dict[str, Any]]]:
        """Return all that a command may change, to compare it before and after a refusal."""
        return {table.__tablename__: await self.rows(table) for table in TABLES}

    async def events(self) -> list[str]:
        return [row["type"] for row in await self.rows(Event)]


async def viewer(factory: Factory, role: str) -> Viewer:
    return Viewer(await factory.account(role=role), role)


async def open_shop(database: Database, factory: Factory) -> Shop:
    merchant = await viewer(factory, "merchant")
    category = await factory.category(slug="mugs")
    mug = await factory.product(
        category=category, slug="mug", name="Mug", merchant_id=merchant.account_id
    )
    variant = await factory.variant(product=mug, sku="MUG", position=0, stock=5)
    return Shop(
        database,
        factory,
        admin=await viewer(factory, "admin"),
        merchant=merchant,
        other=await viewer(factory, "merchant"),
        customer=await viewer(factory, "customer"),
        category=category,
        mug=mug,
        variant=variant,
    )
