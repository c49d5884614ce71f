"""Performs one effect, under the lock of its row."""

import asyncio
from datetime import timedelta
from uuid import UUID

from loguru import logger
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Effect, Event
from services.effects import GiveUp, Postpone
from tasks.handlers import HANDLERS
from tasks.handling import Retries, Work
from tasks.ordering import has_its_turn
from tasks.resources import Resources

TIMEOUT_SECONDS = 30.0
# What remains of an attempt that ends with its process.
BEGUN = "its worker ended before it did"


async def perform(resources: Resources, effect_id: UUID, attempts: int) -> bool:
    """Run the handler of an effect, and return whether the next in its order has its turn now.

    `attempts` is the number of attempts before this one, by which a message that comes late or
    twice is told from the one that counts. Nothing is done where the effect is done, dead, at work
    elsewhere, tried again already, or waits for an earlier one. The attempt is counted before it
    is made, since a handler may end its process. The row is locked until the handler is done; the
    death of this process frees it.
    """
    async with resources.database.session.begin() as session:
        effect = await _locked(session, effect_id, attempts)
        if effect is None:
            return False
        if not _begin(effect):
            return True
    async with resources.database.session.begin() as session:
        effect = await _locked(session, effect_id, attempts + 1)
        if effect is None:
            return False
        await _attempt(resources, session, effect)
        return effect.status != "pending"


async def _locked(session: AsyncSession, effect_id: UUID, attempts: int) -> Effect | None:
    effect: Effect | None = await session.scalar(
        select(Effect)
        .filter_by(id=effect_id, status="pending", attempts=attempts)
        .where(has_its_turn())
        # A handler may insert what refers to the row, on a connection of its own.
        .with_for_update(skip_locked=True, of=Effect, key_share=True)
    )
    return effect


def _begin(effect: Effect) -> bool:
    """Count an attempt; False where the last that there may be ended its process."""
    retries = _retries(effect)
    if effect.attempts >= retries.attempts:
        _die(effect, BEGUN)
        return False
    effect.attempts += 1
    effect.error = BEGUN
    effect.next_attempt_at = func.clock_timestamp() + timedelta(
        seconds=retries.wait(effect.attempts)
    )
    return True


async def _attempt(resources: Resources, session: AsyncSession, effect: Effect) -> None:
    event = await session.get_one(Event, effect.event_id)
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await HANDLERS[effect.handler].run(resources, Work(effect.id, effect.target, event))
    except Postpone as later:
        effect.attempts -= 1
        effect.error = str(later)
        effect.next_attempt_at = later.until
    except GiveUp as reason:
        _die(effect, str(reason))
    except Exception as error:  # noqa: BLE001 - Whatever it is, it is tried again.
        _fail(effect, error)
    else:
        effect.status = "done"
        effect.error = None
        effect.done_at = func.clock_timestamp()
        logger.info("{} is done", effect.handler)


def _fail(effect: Effect, error: Exception) -> None:
    reason = f"{type(error).__name__}: {error}"
    retries = _retries(effect)
    if effect.attempts >= retries.attempts:
        _die(effect, reason, error)
        return
    effect.error = reason
    effect.next_attempt_at = func.clock_timestamp() + timedelta(
        seconds=retries.wait(effect.attempts)
    )
    logger.warning("{} will be tried again: {}", effect.handler, reason)


def _die(effect: Effect, reason: str, error: Exception | None = None) -> None:
    effect.status = "dead"
    effect.error = reason
    logger.opt(exception=error).error(
        "{} gave up for {}: {}", effect.handler, effect.event_id, reason
    )


def _retries(effect: Effect) -> Retries:
    """Return how often an effect is tried; its handler may be one of another release."""
    handler = HANDLERS.get(effect.handler)
    return Retries() if handler is None else handler.retries
