"""The events of orders, each with the whole order as it was then."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import encode_id
from models import Order, OrderLine
from services.events import record


async def record_order(
    session: AsyncSession,
    order: Order,
    lines: Sequence[OrderLine],
    *,
    actor_id: UUID | None = None,
) -> None:
    """Write the event of an order's coming to its state; a pending order was just placed.

    The caller holds the order's lock, or has just inserted it.
    """
    happened = "placed" if order.status == "pending" else order.status
    await record(
        session,
        f"order.{happened}",
        order.id,
        order_snapshot(order, lines),
        actor_id=actor_id,
    )


async def order_lines(session: AsyncSession, order_id: UUID) -> Sequence[OrderLine]:
    """Return the lines of an order in the order of the cart they came from."""
    lines = await session.scalars(
        select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position)
    )
    return lines.all()


def order_snapshot(order: Order, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """Write an order with its lines as the payload of an event."""
    return {
        "id": encode_id("order", order.id),
        "number": order.number,
        "status": order.status,
        "version": order.version,
        "placed_at": order.placed_at.isoformat(),
        "account_id": _public("account", order.account_id),
        "email": order.email,
        "currency": order.currency,
        "subtotal_minor": order.subtotal_minor,
        "shipping_minor": order.shipping_minor,
        "total_minor": order.total_minor,
        "shipping_method": order.shipping_method,
        "shipping_address": order.shipping_address,
        "lines": [_line_snapshot(line) for line in lines],
    }


def _line_snapshot(line: OrderLine) -> dict[str, Any]:
    return {
        "variant_id": _public("variant", line.variant_id),
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor,
        "total_minor": line.total_minor,
    }


def _public(prefix: str, uuid: UUID | None) -> str | None:
    return None if uuid is None else encode_id(prefix, uuid)
