"""Positions are gapless, in order, and given once, whichever processes are killed."""

import random
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from core.database import Database
from core.settings import Settings
from models import Event, EventCounter
from tasks.sequencer import sequence
from tests.tasks.log import until
from tests.tasks.processes import module

pytestmark = pytest.mark.anyio

WRITERS, SEQUENCERS, AGGREGATES, EVENTS_BETWEEN_KILLS = 3, 3, 3, 60
SEED = 20261126
PATIENCE_SECONDS = 60
PROCESS = "tests.tasks.log_process"


async def passed(database: Database, position: int) -> None:
    """Wait until the sequencers that are left have gone past a position."""

    async def is_passed() -> bool:
        return bool((await last_position(database)) > position)

    await until(is_passed, PATIENCE_SECONDS)


async def last_position(database: Database) -> int:
    return int((await database.fetch(select(EventCounter.last_position), {}))[0][0])


async def finish(database: Database) -> None:
    """Sequence the rest; what was killed may hold its lock until the server notices."""

    async def is_finished() -> bool:
        await sequence(database, {})
        unsequenced = select(func.count()).where(Event.position.is_(None))
        return not (await database.fetch(unsequenced, {}))[0][0]

    await until(is_finished, PATIENCE_SECONDS)


async def test_writers_and_sequencers_that_are_killed_lose_and_misplace_nothing(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - It guards no secret.
    aggregates = [uuid4() for _ in range(AGGREGATES)]
    told = [tmp_path / f"told-{number}" for number in range(WRITERS)]
    writing = [("write", each, *chance.sample(aggregates, AGGREGATES)) for each in told]
    with ExitStack() as stack:
        victims = [
            stack.enter_context(module(settings, tmp_path / "log", PROCESS, *each))
            for each in (*writing, *[("sequence",)] * SEQUENCERS)
        ]

        async def all_write() -> bool:
            return all(each.exists() and each.stat().st_size for each in told)

        await until(all_write, PATIENCE_SECONDS)
        last_writer, last_sequencer = victims[WRITERS - 1], victims[-1]
        doomed = [each for each in victims if each not in (last_writer, last_sequencer)]
        for victim in chance.sample(doomed, len(doomed)):
            await passed(database, await last_position(database) + EVENTS_BETWEEN_KILLS)
            victim.kill()
        await passed(database, await last_position(database) + EVENTS_BETWEEN_KILLS)
        assert [each.poll() for each in (last_writer, last_sequencer)] == [None, None]
    await finish(database)

    columns = (Event.id, Event.position, Event.aggregate_id, Event.sequence)
    rows = await database.fetch(select(*columns).order_by(Event.position), {})
    assert [row[1] for row in rows] == list(range(1, len(rows) + 1))
    assert await last_position(database) == len(rows)
    for aggregate in aggregates:
        sequences = [row[3] for row in rows if row[2] == aggregate]
        assert sequences == list(range(1, len(sequences) + 1))
    committed = [each for file in told for each in file.read_text().split()]
    # A writer that is killed may have committed one more, which it did not live to tell.
    assert {*committed} <= {str(row[0]) for row in rows}
    assert len(committed) <= len(rows) <= len(committed) + WRITERS
