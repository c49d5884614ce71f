"""Hands due effects to Celery; the rows are the truth, and a message is only a nudge."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from core.database import Database
from core.wakeups import wait_for
from models import Effect, Event

BATCH_SIZE = 100
POLL_SECONDS = 1.0
# When a message has had no effect for so long, it counts as lost and another is sent.
LOST_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Due:
    """An effect to be performed; `attempts` is how many failed so far."""

    event_id: UUID
    handler: str
    attempts: int
    correlation_id: str


Send = Callable[[Due], None]


async def run_relay(database: Database, send: Send, effects: asyncio.Event) -> None:
    """Hand over whenever `effects` is set, and at each poll what is to be tried again."""
    while True:
        effects.clear()
        while await hand_over(database, send):
            pass
        await wait_for(effects, POLL_SECONDS)


async def hand_over(database: Database, send: Send) -> int:
    """Send a message for each of the next due effects, and return how many there were.

    They are due again later in case the message is lost. Several relays may run at once: they
    pass over the rows that another holds.
    """
    due = (
        select(Effect.event_id, Effect.handler, Event.correlation_id)
        .join(Event, Event.id == Effect.event_id)
        .where(Effect.status == "pending", Effect.next_attempt_at <= func.now())
        .order_by(Effect.next_attempt_at)
        .limit(BATCH_SIZE)
        .with_for_update(of=Effect, skip_locked=True)
        .cte()
    )
    taken = (
        update(Effect)
        .where(Effect.event_id == due.c.event_id, Effect.handler == due.c.handler)
        .values(next_attempt_at=func.now() + LOST_AFTER)
        .returning(Effect.event_id, Effect.handler, Effect.attempts, due.c.correlation_id)
        .execution_options(synchronize_session=False)
    )
    async with database.session.begin() as session:
        effects = [Due(*row) for row in await session.execute(taken)]
    # Only now, as a worker passes over a row that is still locked.
    await asyncio.to_thread(_send_all, effects, send)
    return len(effects)


def _send_all(effects: list[Due], send: Send) -> None:
    for effect in effects:
        send(effect)
