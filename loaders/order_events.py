"""The events of orders, in the order of the log, for who may see the orders."""

from uuid import UUID

from core.reads import Context
from core.telemetry import batch_read
from loaders.event_audience import EventRow
from loaders.orders import OrderFilter, filtered, viewer_params, visible_orders
from models import Event, Order

_COLUMNS = frozenset(EventRow.columns) - {"account_id", "secret_hash", "sellers"}


@batch_read
async def order_events_between(
    context: Context, after: int, through: int, *, order: UUID | None, limit: int
) -> list[EventRow]:
    """Return the first events after a position, up to and with another.

    They are those of one order, or of all that the viewer may see.
    """
    source = visible_orders(context.viewer).join(Event, Event.aggregate_id == Order.id)
    if order is not None:
        source = source.where(Order.id == order)
    statement = (
        source.where(
            Event.aggregate_type == "order", Event.position > after, Event.position <= through
        )
        .with_only_columns(*EventRow.select(_COLUMNS), maintain_column_froms=True)
        .order_by(Event.position)
        .limit(limit)
    )
    answer = await context.fetch(statement, viewer_params(context.viewer))
    return [EventRow.of(_COLUMNS, values) for values in answer]


@batch_read
async def newest_orders(context: Context, wanted: OrderFilter | None, *, limit: int) -> list[UUID]:
    """Return the ids of the newest orders that the viewer may see, the newest first."""
    statement = (
        filtered(visible_orders(context.viewer), wanted)
        .with_only_columns(Order.id)
        .order_by(Order.id.desc())
        .limit(limit)
    )
    answer = await context.fetch(statement, viewer_params(context.viewer))
    return [values[0] for values in answer]
