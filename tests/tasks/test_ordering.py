"""An ordered handler is run for the events of an aggregate one after the other."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from core.database import Database
from models import Effect
from tasks.effects import perform
from tasks.handlers import HANDLERS
from tasks.handling import Handler, Work
from tasks.relay import Due, hand_over
from tasks.resources import Resources
from tasks.sequencer import sequence
from tests.tasks.log import Log, handler

pytestmark = pytest.mark.anyio

WANTED = {"thing.made": [handler("in_turn", is_ordered=True), handler("at_once")]}


async def made(log: Log, *aggregates: UUID) -> None:
    for each in aggregates:
        await log.record("thing.made", each)
    await sequence(log.database, WANTED)


async def in_turn(database: Database) -> list[UUID]:
    statement = select(Effect.id).where(Effect.is_ordered).order_by(Effect.position)
    return [row[0] for row in await database.fetch(statement, {})]


async def handed_over(database: Database) -> list[UUID]:
    sent: list[Due] = []
    await hand_over(database, sent.append)
    return [due.effect_id for due in sent]


async def end(database: Database, effect_id: UUID, status: str) -> None:
    async with database.session.begin() as session:
        await session.execute(update(Effect).filter_by(id=effect_id).values(status=status))


@pytest.mark.parametrize("status", ["done", "dead"])
async def test_the_next_has_its_turn_when_the_one_before_has_ended(
    database: Database, log: Log, status: str
) -> None:
    one, other = uuid4(), uuid4()
    await made(log, one, one, one, other)
    first, second, third, others = await in_turn(database)

    handed = await handed_over(database)
    assert len(handed) == 6
    assert set(handed) & {first, second, third, others} == {first, others}

    assert await handed_over(database) == []
    await end(database, first, status)
    assert await handed_over(database) == [second]


async def test_a_message_that_comes_too_early_does_nothing(
    database: Database, log: Log, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[UUID] = []

    async def run(_: Resources, work: Work) -> None:
        runs.append(work.effect_id)

    monkeypatch.setitem(HANDLERS, "in_turn", Handler("in_turn", run, is_ordered=True))
    aggregate = uuid4()
    await made(log, aggregate, aggregate)
    first, second = await in_turn(database)

    assert await perform(resources, second, 0) is False
    assert await perform(resources, first, 0) is True
    assert await perform(resources, second, 0) is True
    assert runs == [first, second]


async def test_targets_do_not_wait_for_each_other(database: Database, log: Log) -> None:
    aggregate = uuid4()
    await made(log, aggregate, aggregate)
    first, second = await in_turn(database)
    async with database.session.begin() as session:
        await session.execute(update(Effect).filter_by(id=second).values(target=uuid4()))

    assert {first, second} < set(await handed_over(database))
