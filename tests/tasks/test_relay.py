"""Due effects are handed over once, and once more where the message may be lost."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from core.database import Database
from models import Effect
from tasks import relay
from tasks.relay import Due, hand_over, run_relay
from tasks.sequencer import sequence
from tests.tasks.log import Log, handler, until

pytestmark = pytest.mark.anyio

WANTED = {"thing.made": [handler("first"), handler("second")]}


@pytest.fixture
async def made(database: Database, log: Log) -> UUID:
    """An event with two pending effects."""
    made = await log.record("thing.made")
    await sequence(database, WANTED)
    return made


@pytest.mark.usefixtures("made")
async def test_due_effects_are_handed_over_with_their_correlation_id(
    database: Database, log: Log
) -> None:
    sent: list[Due] = []

    assert await hand_over(database, sent.append) == 2
    assert set(sent) == {Due(effect, 0, "-") for effect in await log.pending()}


@pytest.mark.usefixtures("made")
async def test_a_handed_effect_is_left_alone_until_its_message_counts_as_lost(
    database: Database, log: Log
) -> None:
    sent: list[Due] = []
    await hand_over(database, sent.append)
    assert await hand_over(database, sent.append) == 0
    await log.make_due()

    assert await hand_over(database, sent.append) == 2
    assert sent[:2] == sent[2:]


async def test_the_message_of_an_effect_counts_as_lost_after_a_minute(
    database: Database, made: UUID
) -> None:
    await hand_over(database, lambda _: None)

    due = select(Effect.next_attempt_at - func.now()).where(Effect.event_id == made)
    for (wait,) in await database.fetch(due, {}):
        assert 55 < wait.total_seconds() <= 60


@pytest.mark.parametrize("status", ["done", "dead"])
async def test_what_is_done_or_dead_is_not_handed_over(
    database: Database, log: Log, made: UUID, status: str
) -> None:
    async with database.session.begin() as session:
        first = (Effect.event_id == made) & (Effect.handler == "first")
        await session.execute(update(Effect).where(first).values(status=status))
    sent: list[Due] = []

    assert await hand_over(database, sent.append) == 1
    assert [due.effect_id for due in sent] == await log.pending()


async def test_two_relays_hand_nothing_over_twice(
    database: Database, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "BATCH_SIZE", 7)
    for _ in range(20):
        await log.record("thing.made")
    await sequence(database, WANTED)
    sent: list[Due] = []

    async def drain() -> None:
        while await hand_over(database, sent.append):
            pass

    await asyncio.gather(drain(), drain(), drain())
    assert len(sent) == len(set(sent)) == 40


@pytest.mark.usefixtures("made")
async def test_a_broker_that_is_away_loses_nothing(database: Database, log: Log) -> None:
    def refuse(_: Due) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await hand_over(database, refuse)
    await log.make_due()
    sent: list[Due] = []

    assert await hand_over(database, sent.append) == 2
    assert {due.effect_id for due in sent} == set(await log.pending())


async def test_the_relay_is_woken_by_new_effects(
    database: Database, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "POLL_SECONDS", 60)
    sent: list[Due] = []
    effects = asyncio.Event()
    effects.set()
    loop = asyncio.create_task(run_relay(database, sent.append, effects))

    async def has_begun() -> bool:
        return not effects.is_set()

    await until(has_begun)
    await log.record("thing.made")
    await sequence(database, WANTED)
    effects.set()

    async def is_sent() -> bool:
        return len(sent) == 2

    await until(is_sent)
    loop.cancel()
