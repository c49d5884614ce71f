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
from tasks.ordering import has_its_turn

BATCH_SIZE = 100
POLL_SECONDS = 1.0
# When a message has had no effect for so long, it counts as lost and another is sent.
LOST_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Due:
    """An effect to be performed; `attempts` is how many were begun so far."""

    effect_id: UUID
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

    Of ordered effects of an aggregate, only the first is handed over. All are due again later in
    case the message is lost. Several relays may run at once: they pass over the rows that another
    holds.
    """
    due = (
        select(Effect.id, Event.correlation_id)
        .join(Event, Event.id == Effect.event_id)
        .where(Effect.status == "pending", Effect.next_attempt_at <= func.now(), has_its_turn())
        .order_by(Effect.next_attempt_at)
        .limit(BATCH_SIZE)
        .with_for_update(of=Effect, skip_locked=True)
        .cte()
    )
    taken = (
        update(Effect)
        .where(Effect.id == due.c.id)
        .values(next_attempt_at=func.now() + LOST_AFTER)
        .returning(Effect.id, Effect.attempts, due.c.correlation_id)
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
