"""The events of orders, in the order of the log, for who may see the orders."""

from functools import cache
from uuid import UUID

from sqlalchemy import Uuid, bindparam

from core.reads import Context
from core.statements import Statement
from core.telemetry import batch_read
from loaders.event_audience import BETWEEN, EventRow
from loaders.orders import HAS_STATUS, OrderFilter, visible_orders
from loaders.viewers import viewer_params
from models import Event, Order

_COLUMNS = frozenset(EventRow.columns) - {"account_id", "secret_hash", "sellers"}
_EVENT = EventRow.maker(_COLUMNS)


@batch_read
async def order_events_between(
    context: Context, after: int, through: int, *, order: UUID | None, limit: int
) -> list[EventRow]:
    """Return the first events after a position, up to and with another.

    They are those of one order, or of all that the viewer may see.
    """
    statement = _events_statement(context.viewer.role, limit, of_one=order is not None)
    params = {"order": order, "after": after, "through": through}
    answer = await context.fetch(statement, params | viewer_params(context.viewer))
    return [_EVENT(values) for values in answer]


@cache
def _events_statement(role: str | None, limit: int, *, of_one: bool) -> Statement:
    source = visible_orders(role).join(Event, Event.aggregate_id == Order.id)
    if of_one:
        source = source.where(Order.id == bindparam("order", type_=Uuid()))
    return Statement(
        source.where(Event.aggregate_type == "order", *BETWEEN)
        .with_only_columns(*EventRow.select(_COLUMNS), maintain_column_froms=True)
        .order_by(Event.position)
        .limit(limit)
    )


@batch_read
async def newest_orders(context: Context, wanted: OrderFilter | None, *, limit: int) -> list[UUID]:
    """Return the ids of the newest orders that the viewer may see, the newest first."""
    status = None if wanted is None else wanted.status
    statement = _newest_statement(context.viewer.role, limit, by_status=status is not None)
    answer = await context.fetch(statement, {"status": status, **viewer_params(context.viewer)})
    return [values[0] for values in answer]


@cache
def _newest_statement(role: str | None, limit: int, *, by_status: bool) -> Statement:
    source = visible_orders(role).with_only_columns(Order.id)
    if by_status:
        source = source.where(HAS_STATUS)
    return Statement(source.order_by(Order.id.desc()).limit(limit))
