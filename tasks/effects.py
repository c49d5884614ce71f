"""Performs one effect, under the lock of its row."""

import asyncio
import random
from datetime import timedelta
from uuid import UUID

from loguru import logger
from sqlalchemy import func, select

from models import Effect, Event
from tasks.handlers import HANDLERS
from tasks.resources import Resources

# The waits double from the first to the longest, which makes half a day in all.
MAX_ATTEMPTS = 20
FIRST_WAIT_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 3600.0
TIMEOUT_SECONDS = 30.0


async def perform(resources: Resources, event_id: UUID, handler: str, attempts: int) -> None:
    """Run the handler unless its effect is done, dead, at work elsewhere or already tried again.

    `attempts` is the number of failures before this attempt, by which a message that comes late
    or twice is told from the one that counts. The row is locked until the handler is done; the
    death of this process frees it for the next message.
    """
    async with resources.database.session.begin() as session:
        effect = await session.scalar(
            select(Effect)
            .filter_by(event_id=event_id, handler=handler, status="pending", attempts=attempts)
            .with_for_update(skip_locked=True)
        )
        if effect is None:
            return
        event = await session.get_one(Event, event_id)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await HANDLERS[handler](resources, event)
        except Exception as error:  # noqa: BLE001 - Whatever it is, it is tried again.
            _fail(effect, error)
        else:
            effect.status = "done"
            effect.error = None
            effect.done_at = func.clock_timestamp()
            logger.info("{} is done", handler)


def _fail(effect: Effect, error: Exception) -> None:
    effect.attempts += 1
    effect.error = f"{type(error).__name__}: {error}"
    if effect.attempts >= MAX_ATTEMPTS:
        effect.status = "dead"
        logger.opt(exception=error).error("{} gave up for {}", effect.handler, effect.event_id)
        return
    effect.next_attempt_at = func.clock_timestamp() + timedelta(seconds=wait(effect.attempts))
    logger.warning("{} will be tried again: {}", effect.handler, effect.error)


def wait(attempts: int) -> float:
    """Return the seconds until the next attempt: exponential, with half of it left to chance.

    Chance keeps effects that failed together, as when a server was away, from returning together.
    """
    longest = min(FIRST_WAIT_SECONDS * 2.0 ** (attempts - 1), LONGEST_WAIT_SECONDS)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - It guards no secret.
