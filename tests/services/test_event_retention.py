"""Events are forgotten after a time, but for what somebody still needs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from core.database import Database
from models import Effect, Event, EventCounter
from services.event_retention import expire_effects, expire_events
from tasks.sequencer import sequence
from tests.tasks.log import Log, handler

pytestmark = pytest.mark.anyio

NOW = datetime.now(UTC)
WANTED = {"thing.made": [handler("count")]}


@pytest.fixture
def log(database: Database) -> Log:
    return Log(database)


async def happened(log: Log, event_type: str, *days_ago: int) -> list[UUID]:
    """Record events of one aggregate, so many days ago each."""
    aggregate, made = uuid4(), []
    for days in days_ago:
        made.append(await log.record(event_type, aggregate))
        async with log.database.session.begin() as session:
            when = NOW - timedelta(days=days)
            await session.execute(update(Event).filter_by(id=made[-1]).values(occurred_at=when))
    await sequence(log.database, WANTED)
    return made


async def expire(log: Log, days: int, at_once: int = 100) -> int:
    async with log.database.session.begin() as session:
        return await expire_events(session, NOW - timedelta(days=days), at_once)


async def kept(log: Log) -> set[UUID]:
    return set(await log.positions())


async def counter(log: Log) -> Sequence[Any]:
    columns = (EventCounter.last_position, EventCounter.expired_through)
    return (await log.database.fetch(select(*columns), {}))[0]


async def test_old_events_go_and_readers_can_tell(log: Log) -> None:
    old, older, last = await happened(log, "thing.lost", 30, 20, 2)
    (other,) = await happened(log, "thing.lost", 1)

    assert await expire(log, days=10) == 2
    assert await kept(log) == {last, other}
    assert await counter(log) == (4, 2)
    assert {old, older} & await kept(log) == set()


async def test_the_last_event_stays_so_that_the_next_counts_on(log: Log) -> None:
    first, last = await happened(log, "thing.lost", 30, 20)
    assert await expire(log, days=10) == 1
    assert await kept(log) == {last}

    (aggregate,) = (await log.database.fetch(select(Event.aggregate_id), {}))[0]
    await log.record("thing.lost", aggregate)
    sequences = select(Event.sequence).order_by(Event.sequence)
    assert await log.database.fetch(sequences, {}) == [(2,), (3,)]
    assert first not in await kept(log)


async def test_the_events_of_orders_stay(log: Log) -> None:
    timeline = await happened(log, "order.confirmed", 3000, 2000, 1000)

    assert await expire(log, days=10) == 0
    assert await kept(log) == set(timeline)
    assert await counter(log) == (3, 0)


async def test_an_event_without_a_position_stays(log: Log) -> None:
    aggregate = uuid4()
    made = {await log.record("thing.lost", aggregate) for _ in range(2)}
    async with log.database.session.begin() as session:
        await session.execute(update(Event).values(occurred_at=NOW - timedelta(days=30)))

    assert await expire(log, days=10) == 0
    assert await kept(log) == made


@pytest.mark.parametrize(("status", "deleted"), [("pending", 0), ("dead", 0), ("done", 1)])
async def test_an_event_stays_while_something_about_it_is_open(
    log: Log, status: str, deleted: int
) -> None:
    await happened(log, "thing.made", 30, 20)
    async with log.database.session.begin() as session:
        await session.execute(update(Effect).values(status=status))

    assert await expire(log, days=10) == deleted
    assert len(await kept(log)) == 2 - deleted
    assert await log.count(status) == 2 - deleted


async def test_the_oldest_go_first_and_no_more_than_asked(log: Log) -> None:
    made = await happened(log, "thing.lost", 30, 29, 28, 1)

    assert [await expire(log, 10, at_once=2) for _ in range(3)] == [2, 1, 0]
    assert await kept(log) == {made[-1]}
    assert await counter(log) == (4, 3)


async def test_what_was_done_is_forgotten_and_what_was_not_is_kept(log: Log) -> None:
    await happened(log, "thing.made", 30, 30, 30, 30)
    values: list[dict[str, Any]] = [
        {"status": "done", "done_at": NOW - timedelta(days=11)},
        {"status": "done", "done_at": NOW - timedelta(days=9)},
        {"status": "dead", "done_at": None},
        {"status": "pending", "done_at": None},
    ]
    async with log.database.session.begin() as session:
        for effect, value in zip(await log.pending(), values, strict=True):
            await session.execute(update(Effect).filter_by(id=effect).values(value))
        assert await expire_effects(session, NOW - timedelta(days=10), 100) == 1

    left = [(status, 1) for status in ("done", "dead", "pending")]
    assert [(status, await log.count(status)) for status, _ in left] == left
    assert len(await kept(log)) == 4
