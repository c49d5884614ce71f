"""Followers who are slow, come back, or have a cursor that the log does not know."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import UUID

import pytest

from app.resources import open_resources
from core.cursors import encode_cursor
from core.ids import encode_id
from core.settings import Settings
from core.viewer import Viewer
from loaders import event_hub
from resolvers import order_updates
from tests.away import line_to_redis
from tests.factories import Factory
from tests.schema.live.following import Shop

pytestmark = pytest.mark.anyio

FOLLOW = """
subscription Follow($id: ID!, $after: String) {
  orderUpdated(id: $id, after: $after) { cursor eventType }
}
"""
FOLLOW_ALL = """
subscription FollowAll($after: String) { ordersUpdated(after: $after) { cursor eventType } }
"""
EVENTS = """
subscription Events($after: String) { orderEvents(after: $after) { cursor type } }
"""


async def test_a_slow_reader_is_told_to_resume_and_then_misses_nothing(
    shop: Shop, customer: Viewer, order: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_hub, "FEED_SIZE", 3)
    public_id = encode_id("order", order)
    async with (
        shop.following(customer, FOLLOW, id=public_id) as slow,
        shop.following(customer, FOLLOW, id=public_id) as quick,
    ):
        updates = [await slow.next()]
        await quick.next()
        for number in range(5):
            await shop.happen(order, str(number))
            # It has come to all who follow.
            await quick.next()
        updates += [await slow.next() for _ in range(3)]
        assert await slow.error() == "SLOW_CONSUMER"
    async with shop.following(
        customer, FOLLOW, id=public_id, after=updates[-1]["cursor"]
    ) as resumed:
        updates += [await resumed.next(), await resumed.next()]
        await shop.happen(order, "5")
        updates.append(await resumed.next())
    assert [each["eventType"] for each in updates] == [
        None,
        *(f"order.{number}" for number in range(6)),
    ]


async def test_what_was_missed_is_read_in_pages_and_goes_over_into_what_comes(
    shop: Shop, customer: Viewer, order: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_updates, "BATCH_SIZE", 2)
    await shop.happen(order, *"abcde")
    beginning = encode_cursor("events", [0])
    async with shop.following(customer, FOLLOW_ALL, after=beginning) as followed:
        missed = [await followed.next()]
        await shop.happen(order, *"fg")
        missed += [await followed.next() for _ in range(6)]
    assert [each["eventType"] for each in missed] == [f"order.{letter}" for letter in "abcdefg"]


@pytest.mark.parametrize("document", [FOLLOW, FOLLOW_ALL, EVENTS])
async def test_a_cursor_from_the_future_is_refused(
    shop: Shop, customer: Viewer, order: UUID, document: str
) -> None:
    await shop.happen(order, "a")
    given = {"id": encode_id("order", order)} if document == FOLLOW else {}
    ahead = encode_cursor("events", [2])
    async with shop.following(customer, document, **given, after=ahead) as followed:
        assert await followed.error() == "CURSOR_AHEAD"


@pytest.fixture
async def shop_without_redis(settings: Settings, factory: Factory) -> AsyncIterator[Shop]:
    async with line_to_redis(settings) as (far, line):
        await line.cut()
        async with open_resources(far) as resources:
            yield Shop(resources, factory)


async def test_without_redis_changes_are_found_by_looking(
    shop_without_redis: Shop, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_hub, "POLL_SECONDS", 0.05)
    account = await factory.account()
    order = await shop_without_redis.order(account)
    async with shop_without_redis.following(
        Viewer(account, "customer"), FOLLOW, id=encode_id("order", order)
    ) as followed:
        updates = [await followed.next()]
        for what in ("confirmed", "shipped"):
            await shop_without_redis.happen(order, what)
            updates.append(await followed.next())
    assert [each["eventType"] for each in updates] == [None, "order.confirmed", "order.shipped"]


async def test_fifty_followers_of_an_order_are_told_of_an_event_by_one_read_of_the_log(
    shop: Shop,
    customer: Viewer,
    order: UUID,
    statements: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Only what is published makes the hub read.
    monkeypatch.setattr(event_hub, "POLL_SECONDS", 600)
    public_id = encode_id("order", order)
    async with AsyncExitStack() as stack:
        everybody = [
            await stack.enter_async_context(shop.following(customer, FOLLOW, id=public_id))
            for _ in range(50)
        ]
        for each in everybody:
            await each.next()
        await shop.happen(order, "confirmed")
        told = [[(await each.next())["eventType"]] for each in everybody]
        statements.clear()
        await shop.happen(order, "shipped")
        for each, heard in zip(everybody, told, strict=True):
            heard.append((await each.next())["eventType"])
    assert told == [["order.confirmed", "order.shipped"]] * 50
    # A hint of the event before may come late, and make it look once more.
    assert len([each for each in statements if "sellers" in each]) in {1, 2}
