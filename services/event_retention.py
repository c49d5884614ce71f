"""How long the log remembers."""

from datetime import datetime

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models import LASTING_AGGREGATE, Effect, Event, EventCounter


async def expire_events(session: AsyncSession, before: datetime, at_once: int) -> int:
    """Delete the oldest events from before a time, and return how many; at most so many at once.

    An order's events are its timeline and stay. So does the last event of each aggregate, from
    which the next one counts on, and an event about which something is yet to be done, or was
    given up. Readers are told by the counter that they may have missed some.
    """
    later = aliased(Event)
    has_later = exists().where(
        later.aggregate_type == Event.aggregate_type,
        later.aggregate_id == Event.aggregate_id,
        later.sequence > Event.sequence,
    )
    is_open = exists().where(Effect.event_id == Event.id, Effect.status != "done")
    oldest = (
        select(Event.id)
        .where(Event.aggregate_type != LASTING_AGGREGATE, Event.position.is_not(None))
        .where(Event.occurred_at < before, has_later, ~is_open)
        .order_by(Event.position)
        .limit(at_once)
    )
    deleted = await session.scalars(
        delete(Event)
        .where(Event.id.in_(oldest))
        .returning(Event.position)
        .execution_options(synchronize_session=False)
    )
    positions = [each for each in deleted if each is not None]
    if positions:
        through = func.greatest(EventCounter.expired_through, max(positions))
        await session.execute(update(EventCounter).values(expired_through=through))
    return len(positions)


async def expire_effects(session: AsyncSession, before: datetime, at_once: int) -> int:
    """Delete what was done before a time, also where its event stays, and return how much."""
    oldest = (
        select(Effect.id)
        .where(Effect.status == "done", Effect.done_at < before)
        .order_by(Effect.id)
        .limit(at_once)
    )
    deleted = await session.scalars(
        delete(Effect)
        .where(Effect.id.in_(oldest))
        .returning(Effect.id)
        .execution_options(synchronize_session=False)
    )
    return len(deleted.all())
