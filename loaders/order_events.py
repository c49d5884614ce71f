"""The events of orders, in the order of the log, for who may see the orders."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.reads import Context, Row
from core.telemetry import batch_read
from loaders.orders import viewer_params, visible_orders
from models import Event, EventCounter, Order


class OrderEventRow(Row, columns={**Event.__table__.c}):
    id: UUID
    position: int
    aggregate_id: UUID
    type: str
    occurred_at: datetime


_COLUMNS = frozenset(OrderEventRow.columns)


@batch_read
async def order_events_after(
    context: Context, position: int, *, order: UUID | None, limit: int
) -> list[OrderEventRow]:
    """Return the events after a position: of one order, or of all that the viewer may see."""
    source = visible_orders(context.viewer).join(Event, Event.aggregate_id == Order.id)
    if order is not None:
        source = source.where(Order.id == order)
    statement = (
        source.where(Event.aggregate_type == "order", Event.position > position)
        .with_only_columns(*OrderEventRow.select(_COLUMNS), maintain_column_froms=True)
        .order_by(Event.position)
        .limit(limit)
    )
    answer = await context.fetch(statement, viewer_params(context.viewer))
    return [OrderEventRow.of(_COLUMNS, values) for values in answer]


@batch_read
async def newest_orders(context: Context, *, limit: int) -> list[UUID]:
    """Return the ids of the newest orders that the viewer may see, the newest first."""
    statement = (
        visible_orders(context.viewer)
        .with_only_columns(Order.id)
        .order_by(Order.id.desc())
        .limit(limit)
    )
    return _firsts(await context.fetch(statement, viewer_params(context.viewer)))


async def last_position(context: Context) -> int:
    """Return the position of the newest event of the log, 0 before the first."""
    rows = await context.fetch(select(EventCounter.last_position), {})
    return int(rows[0][0])


def _firsts(rows: Sequence[Sequence[Any]]) -> list[Any]:
    return [row[0] for row in rows]
