"""An effect is performed once, whatever its messages do, and tried again by its row alone."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from core.database import Database
from models import Effect
from services.effects import GiveUp, Postpone
from tasks import effects
from tasks.effects import BEGUN, perform
from tasks.handlers import HANDLERS
from tasks.handling import Handler, Retries, Work
from tasks.resources import Resources
from tasks.sequencer import sequence
from tests.tasks.log import Log, handler

pytestmark = pytest.mark.anyio

Handling = Callable[[Callable[[Resources, Work], Awaitable[None]]], None]

ATTEMPTS, FIRST_WAIT_SECONDS = 20, 5.0


@pytest.fixture
async def made(database: Database, log: Log) -> UUID:
    """The one pending effect, `count`, of an event."""
    await log.record("thing.made")
    await sequence(database, {"thing.made": [handler("count")]})
    (effect,) = await log.pending()
    return effect


@pytest.fixture
def handling(monkeypatch: pytest.MonkeyPatch) -> Handling:
    """Have the handler `count` do something."""

    def handle(run: Callable[[Resources, Work], Awaitable[None]]) -> None:
        monkeypatch.setitem(HANDLERS, "count", Handler("count", run))

    return handle


@pytest.fixture
def runs(handling: Handling) -> list[UUID]:
    """The effects that the handler `count` was run for."""
    runs: list[UUID] = []

    async def count(_: Resources, work: Work) -> None:
        runs.append(work.effect_id)

    handling(count)
    return runs


@pytest.fixture
def failing(handling: Handling) -> None:
    async def fail(_: Resources, work: Work) -> None:
        raise ValueError(work.event.type)

    handling(fail)


async def waits(database: Database, effect_id: UUID) -> float:
    """The seconds until the effect is due."""
    statement = select(Effect.next_attempt_at - func.now()).where(Effect.id == effect_id)
    return float((await database.fetch(statement, {}))[0][0].total_seconds())


async def test_an_effect_is_done_once_however_often_its_message_comes(
    resources: Resources, log: Log, made: UUID, runs: list[UUID]
) -> None:
    assert [await perform(resources, made, 0) for _ in range(3)] == [True, False, False]

    assert runs == [made]
    assert await log.effects() == [("count", "done", 1, None)]


async def test_a_message_that_comes_during_the_work_does_nothing(
    resources: Resources, log: Log, made: UUID, runs: list[UUID], handling: Handling
) -> None:
    begun, end = asyncio.Event(), asyncio.Event()

    async def hold(_: Resources, work: Work) -> None:
        runs.append(work.effect_id)
        begun.set()
        await end.wait()

    handling(hold)
    first = asyncio.create_task(perform(resources, made, 0))
    await begun.wait()
    # What it would leave behind, if its process ended now.
    assert await log.effects() == [("count", "pending", 1, BEGUN)]
    assert await perform(resources, made, 0) is False
    assert await perform(resources, made, 1) is False
    end.set()
    assert await first is True

    assert runs == [made]


@pytest.mark.usefixtures("failing")
async def test_a_failure_is_kept_and_tried_again_later(
    resources: Resources, log: Log, made: UUID
) -> None:
    assert await perform(resources, made, 0) is False

    assert await log.effects() == [("count", "pending", 1, "ValueError: thing.made")]
    assert FIRST_WAIT_SECONDS / 2 - 1 < await waits(log.database, made) < FIRST_WAIT_SECONDS


async def test_an_old_message_does_not_hurry_the_next_attempt(
    resources: Resources, log: Log, made: UUID, failing: None, request: pytest.FixtureRequest
) -> None:
    assert failing is None
    await perform(resources, made, 0)
    runs: list[UUID] = request.getfixturevalue("runs")
    await perform(resources, made, 0)
    assert runs == []

    await perform(resources, made, 1)
    assert runs == [made]
    assert await log.effects() == [("count", "done", 2, None)]


@pytest.mark.usefixtures("failing")
async def test_an_effect_dies_after_its_last_attempt(
    resources: Resources, log: Log, made: UUID
) -> None:
    for attempts in range(ATTEMPTS + 3):
        await perform(resources, made, attempts)

    assert await log.effects() == [("count", "dead", ATTEMPTS, "ValueError: thing.made")]


async def test_an_effect_whose_last_attempt_ended_its_process_dies(
    database: Database, resources: Resources, log: Log, made: UUID, runs: list[UUID]
) -> None:
    async with database.session.begin() as session:
        effect = await session.get_one(Effect, made)
        effect.attempts, effect.error = ATTEMPTS, BEGUN

    assert await perform(resources, made, ATTEMPTS) is True
    assert await log.effects() == [("count", "dead", ATTEMPTS, BEGUN)]
    assert runs == []


async def test_what_is_given_up_is_not_tried_again(
    resources: Resources, log: Log, made: UUID, handling: Handling
) -> None:
    async def give_up(_: Resources, __: Work) -> None:
        raise GiveUp("It is gone.")

    handling(give_up)
    assert await perform(resources, made, 0) is True

    assert await log.effects() == [("count", "dead", 1, "It is gone.")]


async def test_what_is_postponed_is_no_attempt(
    resources: Resources, log: Log, made: UUID, handling: Handling
) -> None:
    async def postpone(_: Resources, __: Work) -> None:
        raise Postpone(datetime.now(UTC) + timedelta(minutes=5), "It is paused.")

    handling(postpone)
    assert await perform(resources, made, 0) is False

    assert await log.effects() == [("count", "pending", 0, "It is paused.")]
    assert 290 < await waits(log.database, made) <= 300


async def test_a_handler_that_hangs_fails(
    resources: Resources,
    log: Log,
    made: UUID,
    handling: Handling,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hang(_: Resources, __: Work) -> None:
        await asyncio.Event().wait()

    handling(hang)
    monkeypatch.setattr(effects, "TIMEOUT_SECONDS", 0.01)
    await perform(resources, made, 0)

    assert await log.effects() == [("count", "pending", 1, "TimeoutError: ")]


async def test_a_handler_that_nobody_knows_fails(
    resources: Resources, log: Log, made: UUID
) -> None:
    await perform(resources, made, 0)

    assert await log.effects() == [("count", "pending", 1, "KeyError: 'count'")]


async def test_an_unknown_effect_is_nothing_to_do(resources: Resources, runs: list[UUID]) -> None:
    assert await perform(resources, uuid4(), 0) is False

    assert runs == []


def test_waits_double_up_to_an_hour_and_vary_by_half() -> None:
    wait = Retries().wait
    for attempts in range(1, ATTEMPTS + 1):
        longest = min(5 * 2 ** (attempts - 1), 3600)
        assert all(longest / 2 <= wait(attempts) <= longest for _ in range(50))
    assert len({wait(1) for _ in range(50)}) > 1
