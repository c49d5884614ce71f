"""What the shop offers of the variants that a shopper asks for, read for all lines at once."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core.statements import Statement
from models import CartLine, Product, StockLevel, Variant
from services.carts.errors import (
    LARGEST_QUANTITY,
    CurrencyMismatch,
    OutOfStock,
    Path,
    QuantityOutOfRange,
    VariantNotFound,
)


@dataclass(frozen=True)
class Offer:
    """A variant, and how many of it the cart holds already; without a line, `line_id` is None."""

    variant_id: UUID
    currency: str
    price_minor: int
    on_sale: bool
    available: int
    line_id: UUID | None
    held: int

    def check(self, path: Path, quantity: int, currency: str) -> None:
        """Raise what keeps a cart of a currency from holding so many; `path` leads to the line."""
        if not self.on_sale:
            raise VariantNotFound(path)
        if quantity > LARGEST_QUANTITY:
            raise QuantityOutOfRange((*path, "quantity"))
        if self.currency != currency:
            raise CurrencyMismatch(path, currency, self.currency)
        if quantity > self.available:
            raise OutOfStock((*path, "quantity"), self.variant_id, self.available)


async def offers_of_variants(
    session: AsyncSession, cart_id: UUID, ids: Collection[UUID]
) -> dict[UUID, Offer]:
    """Return the offers of those of the variants that exist."""
    found = await _offers(session, _OF_VARIANTS, cart_id, ids)
    return {offer.variant_id: offer for offer in found}


async def offers_of_lines(
    session: AsyncSession, cart_id: UUID, ids: Collection[UUID]
) -> dict[UUID, Offer]:
    """Return by line the offers of those of the lines that the cart has."""
    found = await _offers(session, _OF_LINES, cart_id, ids)
    return {offer.line_id: offer for offer in found if offer.line_id is not None}


async def _offers(
    session: AsyncSession, statement: Statement, cart_id: UUID, ids: Collection[UUID]
) -> list[Offer]:
    found = await statement.run(session, {"cart_id": cart_id, "ids": list(ids)})
    return [Offer(*row) for row in found]


def _offers_where(wanted: ColumnElement[bool]) -> Statement:
    is_held = and_(CartLine.variant_id == Variant.id, CartLine.cart_id == bindparam("cart_id"))
    return Statement(
        select(
            Variant.id,
            Variant.currency,
            Variant.price_minor,
            Product.status == "active",
            func.coalesce(StockLevel.on_hand - StockLevel.reserved, 0),
            CartLine.id,
            func.coalesce(CartLine.quantity, 0),
        )
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(StockLevel, StockLevel.variant_id == Variant.id)
        .outerjoin(CartLine, is_held)
        .where(wanted)
    )


_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_OF_VARIANTS = _offers_where(Variant.id == any_(_IDS))
_OF_LINES = _offers_where(CartLine.id == any_(_IDS))
