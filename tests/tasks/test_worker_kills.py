"""Whatever dies, each effect has its result once in the end, and in order where that is asked."""

import asyncio
import random
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis
from sqlalchemy import select

from core.settings import Settings
from models import Event
from tasks.effects import BEGUN
from tests.tasks.frail_worker import NOTES, POISON_ATTEMPTS, POISON_STATUS
from tests.tasks.log import Log, until
from tests.tasks.processes import module

pytestmark = pytest.mark.anyio

WORKER = "tests.tasks.frail_worker"
AGGREGATES, EVENTS_EACH, WORKERS, KILLS = 10, 15, 2, 3
SEED = 20261126
PATIENCE_SECONDS = 60
STANDSTILL_SECONDS = 0.5

Process = subprocess.Popen[bytes]


def noted(settings: Settings, events: Sequence[UUID]) -> list[UUID]:
    """Return which of the events were handled; those handled again at once are named once."""
    lines = (settings.state_dir / NOTES).read_text().split()
    own = [each for each in map(UUID, lines) if each in set(events)]
    return [each for place, each in enumerate(own) if place == 0 or own[place - 1] != each]


async def done(log: Log, at_least: int) -> None:
    """Wait for so many effects; where none is done for a while, messages are lost: time passes."""

    async def goes_on() -> bool:
        return await log.count("done") > before

    while (before := await log.count("done")) < at_least:
        try:
            async with asyncio.timeout(STANDSTILL_SECONDS):
                await until(goes_on)
        except TimeoutError:
            await log.make_due()


async def test_a_poisonous_effect_dies_and_starves_no_other(
    settings: Settings, log: Log, tmp_path: Path
) -> None:
    await log.record("thing.poisoned")
    for _ in range(20):
        await log.record("thing.made")
    deaths = []
    for _ in range(POISON_ATTEMPTS):
        with module(settings, tmp_path / "log", WORKER) as worker:
            deaths.append(await asyncio.to_thread(worker.wait, PATIENCE_SECONDS))
        await log.make_due()
    with module(settings, tmp_path / "log", WORKER):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await done(log, 20)
        await until(lambda: log.count("dead"))

    assert deaths == [POISON_STATUS] * POISON_ATTEMPTS
    effects = await log.effects()
    assert [each for each in effects if each[0] == "poison"] == [
        ("poison", "dead", POISON_ATTEMPTS, BEGUN)
    ]
    assert [status for handler, status, *_ in effects if handler == "note"] == ["done"] * 20


async def test_killed_workers_and_a_flushed_broker_lose_and_misplace_nothing(
    settings: Settings, log: Log, redis: Redis, tmp_path: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - It guards no secret.
    aggregates = [uuid4() for _ in range(AGGREGATES)]
    for _ in range(EVENTS_EACH):
        for aggregate in aggregates:
            await log.record("thing.made", aggregate)
    total = AGGREGATES * EVENTS_EACH
    with ExitStack() as stack:

        def start() -> Process:
            return stack.enter_context(module(settings, tmp_path / "log", WORKER))

        workers = [start() for _ in range(WORKERS)]
        async with asyncio.timeout(PATIENCE_SECONDS):
            for kill in range(1, KILLS + 1):
                await done(log, kill * total // (KILLS + 2))
                workers.pop(chance.randrange(len(workers))).kill()
                await redis.flushdb()
                workers.append(start())
            await done(log, total)

    assert await log.count("done") == total
    for aggregate in aggregates:
        statement = select(Event.id).filter_by(aggregate_id=aggregate).order_by(Event.position)
        events = [row[0] for row in await log.database.fetch(statement, {})]
        assert noted(settings, events) == events
