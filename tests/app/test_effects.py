"""Effects that were given up, listed and performed again by the command line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

from app.cli import app
from app.resources import open_resources
from core.ids import encode_id
from core.settings import Settings
from models import Effect
from tasks.sequencer import sequence
from tests.tasks.log import Log, handler

T = TypeVar("T")

AGGREGATE = uuid4()


@pytest.fixture(autouse=True)
def on_servers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line finds the test's own servers, and starts none."""
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)


def effects(*command: str) -> Result:
    return CliRunner().invoke(app, ["effects", *command])


def with_log(settings: Settings, work: Callable[[Log], Awaitable[T]]) -> T:
    async def opened() -> T:
        async with open_resources(settings) as resources:
            return await work(Log(resources.database))

    return asyncio.run(opened())


async def given_up(log: Log) -> list[UUID]:
    """Give up two effects of three, and return their ids."""
    for _ in range(3):
        await log.record("thing.made", AGGREGATE)
    await sequence(log.database, {"thing.made": [handler("count")]})
    dead = (await log.pending())[:2]
    values = {"status": "dead", "attempts": 20, "error": "ValueError: no"}
    async with log.database.session.begin() as session:
        await session.execute(update(Effect).where(Effect.id.in_(dead)).values(values))
    return dead


@pytest.fixture
def dead(settings: Settings) -> list[str]:
    return [encode_id("effect", each) for each in with_log(settings, given_up)]


def rows(settings: Settings) -> list[tuple[object, ...]]:
    async def read(log: Log) -> list[tuple[object, ...]]:
        statement = select(Effect.status, Effect.attempts).order_by(Effect.position)
        return [tuple(row) for row in await log.database.fetch(statement, {})]

    return with_log(settings, read)


DEAD, AGAIN, PENDING = ("dead", 20), ("pending", 0), ("pending", 0)


def test_what_was_given_up_is_shown_with_the_reason(dead: list[str]) -> None:
    first, second = dead
    thing = encode_id("thing", AGGREGATE)

    listed = effects("list").stdout.splitlines()

    assert [line.split() for line in listed] == [
        [each, "count", "thing.made", thing, "20", "ValueError:", "no"] for each in (second, first)
    ]


def test_one_is_performed_again(settings: Settings, dead: list[str]) -> None:
    done = effects("retry", dead[1])

    assert (done.exit_code, done.stdout) == (0, "1 to be performed again\n")
    assert rows(settings) == [DEAD, AGAIN, PENDING]


@pytest.mark.usefixtures("dead")
def test_all_are_performed_again(settings: Settings) -> None:
    assert effects("retry", "--all").stdout == "2 to be performed again\n"

    assert rows(settings) == [AGAIN, AGAIN, PENDING]
    assert effects("list").stdout == ""
    assert effects("retry", "--all").stdout == "0 to be performed again\n"


def test_one_that_was_not_given_up_keeps_the_others_too(
    settings: Settings, dead: list[str]
) -> None:
    absent = encode_id("effect", uuid4())

    refused = effects("retry", dead[0], absent)

    assert str(refused.exception) == f"There is no effect {absent} that was given up."
    assert rows(settings) == [DEAD, DEAD, PENDING]


def test_what_to_retry_is_said_in_one_way(settings: Settings, dead: list[str]) -> None:
    wrong = [(), (dead[0], "--all")]
    other = encode_id("order", uuid4())

    for each in wrong:
        assert str(effects("retry", *each).exception) == "Say which by their ids, or --all."
    assert str(effects("retry", other).exception) == f"{other} is not the id of an effect."
    assert rows(settings) == [DEAD, DEAD, PENDING]
