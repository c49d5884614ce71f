"""Gives committed events their positions, and their handlers something to do.

A position is given after the commit, for an id is taken before it: of two transactions, the one
with the smaller id may commit last, and a reader who had gone past that id would miss it. Within
an aggregate ids do follow the commits, since its row is locked while an event is recorded.
"""

import asyncio
from collections.abc import Mapping, Sequence

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database
from core.redis import announce
from core.statements import Statement
from core.wakeups import CHANNEL, Wakeups, wait_for
from models import LASTING_AGGREGATE, Effect, Event, EventCounter
from services.webhooks.fan_out import fan_out
from tasks.handling import Handler
from tasks.resources import Resources

BATCH_SIZE = 500
POLL_SECONDS = 0.05
# It belongs to a transaction, not a session, so that a pooler may stand before the database.
_LOCK = 7_110_232
# An import leaves thousands of events, and those of orders do not wait behind them. Within an
# aggregate it is the order of the ids.
_ORDER = (Event.aggregate_type != LASTING_AGGREGATE, Event.id)
_WAITING = Statement(select(Event.id).where(Event.position.is_(None)).limit(1))

Wanted = Mapping[str, Sequence[Handler]]


async def run_sequencer(
    resources: Resources, wanted: Wanted, nudges: Wakeups, effects: asyncio.Event
) -> None:
    """Sequence at each nudge and each poll, and set `effects` when there may be new ones."""
    while True:
        nudged = nudges.next()
        while (position := await sequence(resources.database, wanted)) is not None:
            effects.set()
            await announce(resources.redis, CHANNEL, str(position))
        await wait_for(nudged, POLL_SECONDS)


async def sequence(database: Database, wanted: Wanted) -> int | None:
    """Give the next events positions, and an effect to each handler wanted for their type.

    Endpoints of webhooks get theirs, too.

    Returns the last position given; None where no event waits or another worker is at it.
    """
    if not await database.fetch(_WAITING, {}):
        return None
    async with database.session.begin() as session:
        # The next statements see all that the last holder of the lock committed.
        if not await session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
            return None
        return await _sequence_batch(session, wanted)


async def _sequence_batch(session: AsyncSession, wanted: Wanted) -> int | None:
    last = (await session.scalars(select(EventCounter.last_position).with_for_update())).one()
    waiting = (
        select(Event.id, func.row_number().over(order_by=_ORDER).label("place"))
        .where(Event.position.is_(None))
        .order_by(*_ORDER)
        .limit(BATCH_SIZE)
        .subquery()
    )
    sequenced = await session.execute(
        update(Event)
        .where(Event.id == waiting.c.id)
        .values(position=last + waiting.c.place)
        .returning(Event.id, Event.type, Event.aggregate_id, Event.position)
        .execution_options(synchronize_session=False)
    )
    events = sequenced.all()
    if not events:
        return None
    await session.execute(update(EventCounter).values(last_position=last + len(events)))
    effects = [
        {
            "event_id": event.id,
            "handler": handler.name,
            "aggregate_id": event.aggregate_id,
            "position": event.position,
            "is_ordered": handler.is_ordered,
        }
        for event in events
        for handler in wanted.get(event.type, ())
    ]
    if effects:
        await session.execute(insert(Effect), effects)
    await fan_out(session, last + 1, last + len(events))
    return last + len(events)
