"""An order, its lines and its payment as they stand in their rows; no session writes them."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute


@dataclass(frozen=True)
class NewOrder:
    """What is known of an order before it is written."""

    cart_id: UUID | None
    account_id: UUID | None
    secret_hash: bytes | None
    email: str
    currency: str
    subtotal_minor: int
    shipping_minor: int
    total_minor: int
    shipping_method: str
    shipping_address: dict[str, Any]


@dataclass(frozen=True)
class PlacedOrder(NewOrder):
    """An order that this transaction has locked, or has just written."""

    id: UUID
    number: int
    status: str
    version: int
    placed_at: datetime


@dataclass(frozen=True)
class OrderedLine:
    """So many of one variant; `variant_id` is None where it is gone."""

    position: int
    variant_id: UUID | None
    sku: str
    name: str
    quantity: int
    unit_price_minor: int
    total_minor: int


@dataclass(frozen=True)
class OrderPayment:
    """The payment of an order, and what came of it so far."""

    id: UUID
    order_id: UUID
    token: str
    status: str
    amount_minor: int
    currency: str
    reference: str | None
    decline_reason: str | None


def columns_of(
    model: type[DeclarativeBase], row: type[NewOrder | OrderedLine | OrderPayment]
) -> list[InstrumentedAttribute[Any]]:
    """Return the columns that a row is made of, in its order."""
    return [getattr(model, field.name) for field in fields(row)]
