"""One reader of the log for all who follow: nothing lost, nothing twice, nobody waited for."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from math import inf
from typing import Any
from uuid import UUID, uuid4

import pytest
from loguru import logger
from sqlalchemy import Executable
from sqlalchemy.exc import OperationalError

from core.database import Database
from core.redis import open_redis
from core.settings import Settings
from core.wakeups import Wakeups
from loaders import event_hub
from loaders.event_audience import EventRow, about, events_after
from loaders.event_hub import FEED_SIZE, EventHub, Feed, SlowConsumer
from tasks.sequencer import sequence
from tests.tasks.log import Log, until

pytestmark = pytest.mark.anyio

PATIENCE = 20


class Live:
    """A hub that runs, over a log that is written to."""

    def __init__(self, database: Database, wakeups: Wakeups) -> None:
        self.database, self.wakeups = database, wakeups
        self.hub = EventHub(database, wakeups)
        self.log = Log(database)

    async def happen(self, *aggregates: UUID) -> None:
        for each in aggregates:
            await self.log.record("thing.done", each)
        await sequence(self.database, {})
        self.wakeups.wake()


@asynccontextmanager
async def running(hub: EventHub) -> AsyncIterator[None]:
    task = asyncio.create_task(hub.run())
    yield
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


@pytest.fixture
async def live(database: Database, settings: Settings) -> AsyncIterator[Live]:
    # Its wake-ups are the test's own: nothing is published.
    async with open_redis(settings) as redis:
        live = Live(database, Wakeups(redis))
        async with running(live.hub):
            yield live


async def taken(feed: Feed, count: int) -> list[int]:
    """Return the positions of the next events of a feed; one that does not come fails the test."""
    events = [await feed.next(PATIENCE) for _ in range(count)]
    assert None not in events
    return [each.position for each in events if each is not None]


async def test_a_feed_collects_what_has_its_topics_from_when_it_was_opened(live: Live) -> None:
    mine, other = uuid4(), uuid4()
    await live.happen(mine)
    async with live.hub.follow(about(mine)) as feed:
        assert feed.position == 1
        await live.happen(other, mine, other, mine)
        assert await taken(feed, 2) == [3, 5]
        assert await feed.next(0) is None


async def test_an_event_of_several_topics_is_told_once_and_only_to_its_audience(live: Live) -> None:
    first, second = uuid4(), uuid4()
    async with (
        live.hub.follow(about(first) | about(second)) as both,
        live.hub.follow(about(first), audience=about(second)) as neither,
        live.hub.follow(about(first), audience=about(first)) as seen,
    ):
        await live.happen(first, second)
        assert await taken(both, 2) == [1, 2]
        assert await taken(seen, 1) == [1]
        assert await neither.next(0) is None


async def test_one_event_is_read_once_for_all_who_follow(
    live: Live, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only wake-ups make it read.
    monkeypatch.setattr(event_hub, "POLL_SECONDS", 600)
    thing = uuid4()
    async with AsyncExitStack() as stack:
        feeds = [await stack.enter_async_context(live.hub.follow(about(thing))) for _ in range(50)]
        await live.happen(thing)
        assert [await taken(each, 1) for each in feeds] == [[1]] * 50
        statements.clear()
        await live.happen(thing)
        assert [await taken(each, 1) for each in feeds] == [[2]] * 50
        assert len([each for each in statements if "sellers" in each]) == 1


async def test_while_nobody_follows_nothing_is_read(
    live: Live, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_hub, "POLL_SECONDS", 0.01)
    async with live.hub.follow(about(uuid4())):
        await until_read(statements, 3)
    await asyncio.sleep(0.05)
    statements.clear()
    for _ in range(5):
        live.wakeups.wake()
        await asyncio.sleep(0.02)
    assert statements == []


async def until_read(statements: Sequence[str], count: int) -> None:
    async def are_so_many() -> bool:
        return len(statements) >= count

    await until(are_so_many)


async def test_without_wake_ups_the_hub_looks_by_itself(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_hub, "POLL_SECONDS", 0.05)
    thing = uuid4()
    async with live.hub.follow(about(thing)) as feed:
        await live.log.record("thing.done", thing)
        await sequence(live.database, {})
        assert await taken(feed, 1) == [1]


async def test_a_slow_follower_is_told_what_waited_and_then_to_resume(live: Live) -> None:
    thing = uuid4()
    async with live.hub.follow(about(thing)) as slow, live.hub.follow(about(thing)) as quick:
        told = []
        for _ in range(2):
            await live.happen(*[thing] * FEED_SIZE)
            told += await taken(quick, FEED_SIZE)
        assert told == list(range(1, 2 * FEED_SIZE + 1))
        assert await taken(slow, FEED_SIZE) == told[:FEED_SIZE]
        with pytest.raises(SlowConsumer):
            await slow.next(inf)
        # It stays so, though there would be room again.
        await live.happen(thing)
        assert await taken(quick, 1) == [2 * FEED_SIZE + 1]
        with pytest.raises(SlowConsumer):
            await slow.next(inf)


async def test_a_read_that_fails_is_tried_again_and_told_once(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    sink = logger.add(lambda message: said.append(message.record["message"]), level="WARNING")
    monkeypatch.setattr(event_hub, "_RETRY_SECONDS", 0.01)
    failures = 0

    async def away(_database: Database, _position: int, *, limit: int) -> list[EventRow]:
        nonlocal failures
        failures += 1
        raise OperationalError(f"SELECT {limit}", {}, OSError("the server is away"))

    thing = uuid4()

    async def has_failed_often() -> bool:
        return failures > 3

    async with live.hub.follow(about(thing)) as feed:
        monkeypatch.setattr(event_hub, "events_after", away)
        await live.happen(thing)
        await until(has_failed_often)
        monkeypatch.setattr(event_hub, "events_after", events_after)
        assert await taken(feed, 1) == [1]
    logger.remove(sink)
    assert said == ["the log of events cannot be read for followers"]


async def test_a_first_follower_who_comes_during_a_read_gets_nothing_from_before(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    thing = uuid4()
    is_reading, go_on = asyncio.Event(), asyncio.Event()
    fetch = Database.fetch

    async def held_up(
        self: Database, statement: Executable, params: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        rows = await fetch(self, statement, params)
        if "sellers" in str(statement) and not is_reading.is_set():
            is_reading.set()
            await go_on.wait()
        return rows

    async with live.hub.follow(about(thing)):
        await live.log.record("thing.done", thing)
        await sequence(live.database, {})
        monkeypatch.setattr(Database, "fetch", held_up)
        live.wakeups.wake()
        await is_reading.wait()
    async with live.hub.follow(about(thing)) as feed:
        assert feed.position == 1
        go_on.set()
        await live.happen(thing)
        assert await taken(feed, 1) == [2]


async def test_whoever_joins_while_much_happens_misses_nothing_and_gets_nothing_twice(
    live: Live,
) -> None:
    thing, last = uuid4(), 120

    async def write() -> None:
        for _ in range(last):
            await live.happen(thing)

    async def read(number: int) -> list[int]:
        await asyncio.sleep(number / 50)
        async with live.hub.follow(about(thing)) as feed:
            # All before belongs to it too, as to somebody who resumes after 0.
            before = await events_after(live.database, 0, limit=feed.position or 1)
            told = [each.position for each in before if each.position <= feed.position]
            return told + await taken(feed, last - feed.position)

    async with asyncio.timeout(PATIENCE):
        _, *read_by_each = await asyncio.gather(write(), *map(read, range(20)))
    assert read_by_each == [list(range(1, last + 1))] * 20
