"""The events that change what a variant costs, or how much of it there is."""

from uuid import UUID

from sqlalchemy import select

from core.reads import Context
from core.telemetry import batch_read
from loaders.event_audience import EventRow
from models import Event

_COLUMNS = frozenset({"position", "type", "occurred_at"})


@batch_read
async def variant_events_between(
    context: Context,
    after: int,
    through: int,
    *,
    variant: UUID,
    types: frozenset[str],
    limit: int,
) -> list[EventRow]:
    """Return the first events that concern a variant after a position, up to and with another.

    They say nothing of whose order it was, and so are everybody's.
    """
    statement = (
        select(*EventRow.select(_COLUMNS))
        .where(
            Event.subjects.contains([variant]),
            Event.type.in_(types),
            Event.position > after,
            Event.position <= through,
        )
        .order_by(Event.position)
        .limit(limit)
    )
    answer = await context.fetch(statement, {})
    return [EventRow.of(_COLUMNS, values) for values in answer]
