"""The events of orders, each with the whole order as it was then."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import encode_id
from services.event_types import (
    ORDER_CANCELLED,
    ORDER_CONFIRMED,
    ORDER_DELIVERED,
    ORDER_PLACED,
    ORDER_SHIPPED,
    MoneyPayload,
    OrderLinePayload,
    OrderPayload,
    PostalAddressPayload,
)
from services.events import record
from services.order_rows import OrderedLine, PlacedOrder

_COMING_TO = {
    "pending": ORDER_PLACED,
    "confirmed": ORDER_CONFIRMED,
    "shipped": ORDER_SHIPPED,
    "delivered": ORDER_DELIVERED,
    "cancelled": ORDER_CANCELLED,
}


async def record_order(
    session: AsyncSession,
    order: PlacedOrder,
    lines: Sequence[OrderedLine],
    *,
    actor_id: UUID | None = None,
) -> None:
    """Write the event of an order's coming to its state; a pending order was just placed.

    The caller holds the order's lock, or has just inserted it.
    """
    await record(
        session,
        _COMING_TO[order.status],
        order.id,
        _snapshot(order, lines),
        subjects={line.variant_id for line in lines if line.variant_id is not None},
        actor_id=actor_id,
    )


def _snapshot(order: PlacedOrder, lines: Sequence[OrderedLine]) -> OrderPayload:
    def money(minor_units: int) -> MoneyPayload:
        return MoneyPayload.of(minor_units, order.currency)

    return OrderPayload(
        id=encode_id("order", order.id),
        number=order.number,
        status=order.status.upper(),
        version=order.version,
        placed_at=order.placed_at,
        account_id=_public("account", order.account_id),
        email=order.email,
        currency=order.currency,
        subtotal=money(order.subtotal_minor),
        shipping=money(order.shipping_minor),
        total=money(order.total_minor),
        shipping_method=order.shipping_method,
        shipping_address=PostalAddressPayload(**order.shipping_address),
        lines=[_line_snapshot(line, order.currency) for line in lines],
    )


def _line_snapshot(line: OrderedLine, currency: str) -> OrderLinePayload:
    return OrderLinePayload(
        variant_id=_public("variant", line.variant_id),
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        unit_price=MoneyPayload.of(line.unit_price_minor, currency),
        total=MoneyPayload.of(line.total_minor, currency),
    )


def _public(prefix: str, uuid: UUID | None) -> str | None:
    return None if uuid is None else encode_id(prefix, uuid)
