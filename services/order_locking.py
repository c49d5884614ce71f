"""An order is locked with its payment, always both by the same statement."""

from dataclasses import fields
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DomainError
from core.statements import Statement
from models import Order, OrderLine, Payment
from services.order_rows import OrderedLine, OrderPayment, PlacedOrder, columns_of


class OrderNotFound(DomainError):
    """There is no such order, or none that the viewer may see."""

    code = "ORDER_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such order.")


class LockedOrder(NamedTuple):
    """An order and its payment, locked, and its lines in the order of the cart they came from."""

    order: PlacedOrder
    payment: OrderPayment
    lines: list[OrderedLine]


async def locked_order(session: AsyncSession, order_id: UUID) -> LockedOrder:
    """Lock an order with its payment; raises OrderNotFound."""
    return await _locked(session, _LOCK, order_id)


async def locked_order_of(session: AsyncSession, payment_id: UUID) -> LockedOrder:
    """Lock a payment with its order; raises OrderNotFound."""
    return await _locked(session, _LOCK_BY_PAYMENT, payment_id)


async def _locked(session: AsyncSession, lock: Statement, row_id: UUID) -> LockedOrder:
    rows = await lock.run(session, {"row_id": row_id})
    if not rows:
        raise OrderNotFound
    lines = [OrderedLine(*row[_LINE]) for row in rows]
    return LockedOrder(PlacedOrder(*rows[0][_ORDER]), OrderPayment(*rows[0][_PAYMENT]), lines)


_ORDER = slice(len(fields(PlacedOrder)))
_PAYMENT = slice(_ORDER.stop, _ORDER.stop + len(fields(OrderPayment)))
_LINE = slice(_PAYMENT.stop, None)


def _locking(condition: ColumnElement[bool]) -> Statement:
    return Statement(
        select(
            *columns_of(Order, PlacedOrder),
            *columns_of(Payment, OrderPayment),
            *columns_of(OrderLine, OrderedLine),
        )
        .select_from(Order)
        .join(Payment, Payment.order_id == Order.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(condition)
        .order_by(OrderLine.position)
        .with_for_update(of=[Order, Payment])
    )


_LOCK = _locking(Order.id == bindparam("row_id"))
_LOCK_BY_PAYMENT = _locking(Payment.id == bindparam("row_id"))
