"""Carts as they are shown."""

from typing import Self
from uuid import UUID

import strawberry

from benchmarks.references.plain import order_models as models
from benchmarks.references.plain.catalog import Variant
from benchmarks.references.plain.context import Info
from benchmarks.references.plain.shared import Connection, Money, public_id


def _price(row: models.CartLine, currency: str | None) -> int | None:
    """Return what one costs now; None where it is not on sale in the cart's currency."""
    variant = row.variant
    return variant.price_minor if variant.is_on_sale and variant.currency == currency else None


@strawberry.type
class CartLine:
    id: strawberry.ID
    quantity: int
    price_changed: bool
    unit_price: Money | None
    total: Money | None
    variant: Variant | None

    @classmethod
    def of(cls, row: models.CartLine, currency: str) -> Self:
        price = _price(row, currency)
        return cls(
            id=public_id("cart_line", row.id),
            quantity=row.quantity,
            price_changed=price not in {None, row.seen_price_minor},
            unit_price=None if price is None else Money.of(price, currency),
            total=None if price is None else Money.of(price * row.quantity, currency),
            variant=Variant.of(row.variant) if row.variant.is_on_sale else None,
        )


@strawberry.type
class Cart:
    key: strawberry.Private[UUID]
    currency: strawberry.Private[str | None]
    id: strawberry.ID
    version: int

    @classmethod
    def of(cls, row: models.Cart) -> Self:
        cart_id = public_id("cart", row.id)
        return cls(key=row.id, currency=row.currency, id=cart_id, version=row.version)

    @strawberry.field
    async def item_count(self, info: Info) -> int:
        rows = await info.context.loaders.lines_of_cart.load(self.key)
        return sum(row.quantity for row in rows)

    @strawberry.field
    async def subtotal(self, info: Info) -> Money | None:
        if self.currency is None:
            return None
        rows = await info.context.loaders.lines_of_cart.load(self.key)
        total = sum(row.quantity * (_price(row, self.currency) or 0) for row in rows)
        return Money.of(total, self.currency)

    @strawberry.field
    async def lines(self, info: Info, first: int = 20) -> Connection[CartLine]:
        rows = await info.context.loaders.lines_of_cart.load(self.key)
        # A cart without a currency has no lines.
        currency = self.currency or ""
        return Connection.of([CartLine.of(row, currency) for row in rows], first)
