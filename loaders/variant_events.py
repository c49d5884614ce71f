"""The events that change what a variant costs, or how much of it there is."""

from functools import cache
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from core.reads import Context
from core.statements import Statement
from core.telemetry import batch_read
from loaders.event_audience import BETWEEN, EventRow
from models import Event

_COLUMNS = frozenset({"position", "type", "occurred_at"})
_EVENT = EventRow.maker(_COLUMNS)


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
    params = {"variant": variant, "types": list(types), "after": after, "through": through}
    answer = await context.fetch(_statement(limit), params)
    return [_EVENT(values) for values in answer]


@cache
def _statement(limit: int) -> Statement:
    return Statement(
        select(*EventRow.select(_COLUMNS))
        .where(
            Event.subjects.contains(array([bindparam("variant", type_=Uuid())])),
            Event.type == func.any(bindparam("types", type_=ARRAY(String()))),
            *BETWEEN,
        )
        .order_by(Event.position)
        .limit(limit)
    )
