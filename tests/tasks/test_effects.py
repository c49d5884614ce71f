"""An effect is performed once, whatever its messages do, and tried again by its row alone."""

import asyncio
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from core.database import Database
from models import Effect, Event
from tasks import effects
from tasks.effects import FIRST_WAIT_SECONDS, MAX_ATTEMPTS, perform, wait
from tasks.handlers import HANDLERS
from tasks.resources import Resources
from tasks.sequencer import sequence
from tests.tasks.log import Log

pytestmark = pytest.mark.anyio

Register = Callable[[Callable[[], None]], None]


@pytest.fixture
async def made(database: Database, log: Log) -> UUID:
    """An event with one pending effect, `count`."""
    made = await log.record("thing.made")
    await sequence(database, {"thing.made": ["count"]})
    return made


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The events that the handler `count` was run for."""
    runs: list[UUID] = []

    async def count(_: Resources, event: Event) -> None:
        runs.append(event.id)

    monkeypatch.setitem(HANDLERS, "count", count)
    return runs


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: Resources, event: Event) -> None:
        raise ValueError(event.type)

    monkeypatch.setitem(HANDLERS, "count", fail)


async def waits(database: Database, event_id: UUID) -> float:
    """The seconds until the effect is due."""
    statement = select(Effect.next_attempt_at - func.now()).where(Effect.event_id == event_id)
    return float((await database.fetch(statement, {}))[0][0].total_seconds())


async def test_an_effect_is_done_once_however_often_its_message_comes(
    resources: Resources, log: Log, made: UUID, runs: list[UUID]
) -> None:
    for _ in range(3):
        await perform(resources, made, "count", 0)

    assert runs == [made]
    assert await log.effects() == [("count", "done", 0, None)]


async def test_a_message_that_comes_during_the_work_does_nothing(
    resources: Resources, made: UUID, runs: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, end = asyncio.Event(), asyncio.Event()

    async def hold(_: Resources, event: Event) -> None:
        runs.append(event.id)
        begun.set()
        await end.wait()

    monkeypatch.setitem(HANDLERS, "count", hold)
    first = asyncio.create_task(perform(resources, made, "count", 0))
    await begun.wait()
    await perform(resources, made, "count", 0)
    end.set()
    await first

    assert runs == [made]


@pytest.mark.usefixtures("failing")
async def test_a_failure_is_kept_and_tried_again_later(
    resources: Resources, log: Log, made: UUID
) -> None:
    await perform(resources, made, "count", 0)

    assert await log.effects() == [("count", "pending", 1, "ValueError: thing.made")]
    assert FIRST_WAIT_SECONDS / 2 - 1 < await waits(log.database, made) < FIRST_WAIT_SECONDS


async def test_an_old_message_does_not_hurry_the_next_attempt(
    resources: Resources, log: Log, made: UUID, failing: None, request: pytest.FixtureRequest
) -> None:
    assert failing is None
    await perform(resources, made, "count", 0)
    runs: list[UUID] = request.getfixturevalue("runs")
    await perform(resources, made, "count", 0)
    assert runs == []

    await perform(resources, made, "count", 1)
    assert runs == [made]
    assert await log.effects() == [("count", "done", 1, None)]


@pytest.mark.usefixtures("failing")
async def test_an_effect_dies_after_its_last_attempt(
    resources: Resources, log: Log, made: UUID
) -> None:
    for attempts in range(MAX_ATTEMPTS + 3):
        await perform(resources, made, "count", attempts)

    assert await log.effects() == [("count", "dead", MAX_ATTEMPTS, "ValueError: thing.made")]


async def test_a_handler_that_hangs_fails(
    resources: Resources, log: Log, made: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_: Resources, __: Event) -> None:
        await asyncio.Event().wait()

    monkeypatch.setitem(HANDLERS, "count", hang)
    monkeypatch.setattr(effects, "TIMEOUT_SECONDS", 0.01)
    await perform(resources, made, "count", 0)

    assert await log.effects() == [("count", "pending", 1, "TimeoutError: ")]


async def test_a_handler_that_nobody_knows_fails(
    resources: Resources, log: Log, made: UUID
) -> None:
    await perform(resources, made, "count", 0)

    assert await log.effects() == [("count", "pending", 1, "KeyError: 'count'")]


async def test_an_unknown_effect_is_nothing_to_do(resources: Resources, runs: list[UUID]) -> None:
    await perform(resources, uuid4(), "count", 0)

    assert runs == []


def test_waits_double_up_to_an_hour_and_vary_by_half() -> None:
    for attempts in range(1, MAX_ATTEMPTS + 1):
        longest = min(5 * 2 ** (attempts - 1), 3600)
        assert all(longest / 2 <= wait(attempts) <= longest for _ in range(50))
    assert len({wait(1) for _ in range(50)}) > 1
