"""Carts for tests of the service: made and read past it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.database import Database
from core.viewer import Viewer
from models import Cart, CartLine
from services import carts
from services.carts import LineAddition
from tests.factories import Factory

SECRET = b"s" * 32
HOLDER = Viewer(cart_secret_hash=SECRET)


@dataclass
class Shop:
    database: Database
    factory: Factory
    names: dict[UUID, str] = field(default_factory=dict)

    def session(self) -> Any:
        return self.database.session.begin()

    async def variant(self, name: str = "mug", **values: Any) -> UUID:
        product = await self.factory.product(currency=values.get("currency", "EUR"))
        variant = await self.factory.variant(product=product, **values)
        self.names[variant] = name
        return variant

    async def anonymous(self, *lines: tuple[UUID, int], secret: bytes = SECRET) -> UUID:
        additions = [LineAddition(*line) for line in lines]
        async with self.session() as session:
            made = await carts.create_anonymous(session, secret, additions)
        cart_id: UUID = made["cart_id"]
        return cart_id

    async def owned(self, account: UUID, *lines: tuple[UUID, int]) -> UUID:
        additions = [LineAddition(*line) for line in lines]
        async with self.session() as session:
            made = await carts.create_for_account(session, account, additions)
        cart_id: UUID = made["cart_id"]
        return cart_id

    async def quantities(self, cart_id: UUID) -> dict[str, int]:
        """Return how many of each variant the cart holds, by the variant's name."""
        lines = await self.rows(CartLine)
        return {
            self.names[line["variant_id"]]: line["quantity"]
            for line in lines
            if line["cart_id"] == cart_id
        }

    async def cart(self, cart_id: UUID) -> dict[str, Any]:
        return next(row for row in await self.rows(Cart) if row["id"] == cart_id)

    async def rows(self, table: type[Cart | CartLine]) -> list[dict[str, Any]]:
        statement = select(table.__table__).order_by(table.id)
        names = table.__table__.c.keys()
        found = await self.database.fetch(statement, {})
        return [dict(zip(names, row, strict=True)) for row in found]

    async def everything(self) -> list[dict[str, Any]]:
        """Return all that stands in carts, to compare it before and after a refusal."""
        return await self.rows(Cart) + await self.rows(CartLine)
