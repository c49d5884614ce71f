"""What was given up, shown to an admin and performed again by one."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.database import Database
from core.ids import encode_id
from models import Effect
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph

pytestmark = pytest.mark.anyio

LIST = """
query List($status: EffectStatus) {
  effects(status: $status) {
    nodes { id handler eventType status attempts error doneAt } totalCount
  }
}
"""
RETRY = """
mutation Retry($ids: [ID!]!) {
  effectsRetry(ids: $ids) {
    effects { id status attempts }
    errors { __typename ... on EffectNotDead { code message path id } }
  }
}
"""


@pytest.fixture
async def admin(as_account: AsAccount) -> Graph:
    return await as_account("admin")


async def rows(database: Database) -> list[Any]:
    columns = (Effect.status, Effect.attempts, Effect.next_attempt_at)
    return [tuple(row) for row in await database.fetch(select(*columns).order_by(Effect.id), {})]


async def test_an_admin_sees_what_was_given_up_and_why(admin: Graph, factory: Factory) -> None:
    first, second = [await factory.dead_effect() for _ in range(2)]
    done = await factory.dead_effect(status="done", error=None)
    dead = {
        "handler": "mail_order",
        "eventType": "order.confirmed",
        "status": "DEAD",
        "attempts": 20,
        "error": "OSError: away",
        "doneAt": None,
    }

    shown = (await admin.data(LIST, status="DEAD"))["effects"]
    every = (await admin.data(LIST))["effects"]

    assert shown == {"nodes": [{"id": second, **dead}, {"id": first, **dead}], "totalCount": 2}
    assert [each["id"] for each in every["nodes"]] == [done, second, first]


async def test_what_was_given_up_is_performed_as_if_for_the_first_time(
    admin: Graph, factory: Factory, database: Database
) -> None:
    first, second, third = [await factory.dead_effect() for _ in range(3)]

    answer = (await admin.data(RETRY, ids=[third, first]))["effectsRetry"]

    again = {"status": "PENDING", "attempts": 0}
    assert answer == {"effects": [{"id": third, **again}, {"id": first, **again}], "errors": []}
    assert [row[:2] for row in await rows(database)] == [
        ("pending", 0),
        ("dead", 20),
        ("pending", 0),
    ]
    assert second not in {each["id"] for each in answer["effects"]}


@pytest.mark.parametrize("other", ["done", "pending", "absent"])
async def test_all_are_retried_or_none(
    admin: Graph, factory: Factory, database: Database, other: str
) -> None:
    dead = await factory.dead_effect()
    wrong = encode_id("effect", uuid4())
    if other != "absent":
        wrong = await factory.dead_effect(status=other)
    before = await rows(database)

    answer = (await admin.data(RETRY, ids=[dead, wrong]))["effectsRetry"]

    refusal = {
        "__typename": "EffectNotDead",
        "code": "EFFECT_NOT_DEAD",
        "message": f"There is no effect {wrong} that was given up.",
        "path": ["ids"],
        "id": wrong,
    }
    assert answer == {"effects": None, "errors": [refusal]}
    assert await rows(database) == before


async def test_at_most_a_hundred_are_retried_at_once(admin: Graph) -> None:
    (error,) = await admin.errors(RETRY, ids=[encode_id("effect", uuid4())] * 101)

    assert (error["code"], error["argument"]) == ("BAD_USER_INPUT", "ids")
    assert error["message"] == "At most 100 effects in a call, not 101."
