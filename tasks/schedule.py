"""What is to be done from time to time, whatever happens."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from loguru import logger
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services import event_retention, idempotency, jobs, passwords, sessions
from services.carts import release_expired
from services.checkout import reconcile_pending
from services.webhooks import deliveries
from tasks.resources import Resources

EVERY_SECONDS = 60.0
CARTS_AT_ONCE = 1000
EVENTS_AT_ONCE = 10_000
_LOCKS = 7_110_233

Chore = Callable[[Resources, AsyncSession, datetime], Awaitable[object]]


async def run_schedule(resources: Resources) -> None:
    while True:
        await do_chores(resources, datetime.now(UTC))
        await asyncio.sleep(EVERY_SECONDS)


async def do_chores(resources: Resources, now: datetime) -> None:
    """Do each chore that no other worker is at; one that fails does not keep the others back."""
    for number, chore in enumerate(CHORES):
        try:
            async with resources.database.session.begin() as session:
                lock = func.pg_try_advisory_xact_lock(_LOCKS, number)
                if await session.scalar(select(lock)):
                    await chore(resources, session, now)
        except Exception:  # noqa: BLE001 - It is tried again at the next turn.
            logger.exception("the chore {} failed", chore.__name__)


async def _release_expired_carts(_: Resources, session: AsyncSession, now: datetime) -> None:
    await release_expired(session, now, CARTS_AT_ONCE)


async def _expire_outcomes(_: Resources, session: AsyncSession, now: datetime) -> None:
    await idempotency.expire(session, now)


async def _expire_tokens(_: Resources, session: AsyncSession, now: datetime) -> None:
    await sessions.expire(session, now)
    await passwords.expire_resets(session, now)


async def _expire_events(resources: Resources, session: AsyncSession, now: datetime) -> None:
    before = now - timedelta(days=resources.settings.event_days)
    await event_retention.expire_events(session, before, EVENTS_AT_ONCE)
    await event_retention.expire_effects(session, before, EVENTS_AT_ONCE)


async def _reconcile_payments(resources: Resources, _: AsyncSession, now: datetime) -> None:
    await reconcile_pending(resources.database.session.begin, resources.payments, now)


async def _forget_webhook_attempts(_: Resources, session: AsyncSession, now: datetime) -> None:
    await deliveries.forget_attempts(session, now)


async def _fail_silent_jobs(_: Resources, session: AsyncSession, now: datetime) -> None:
    await jobs.fail_silent(session, now)


CHORES: tuple[Chore, ...] = (
    _release_expired_carts,
    _expire_outcomes,
    _expire_tokens,
    _reconcile_payments,
    _expire_events,
    _forget_webhook_attempts,
    _fail_silent_jobs,
)
