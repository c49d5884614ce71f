"""The timelines of orders: each event once, with the order as it was then."""

import asyncio
from datetime import datetime
from uuid import UUID

import pytest

from core.cursors import encode_cursor
from core.ids import encode_id
from core.viewer import ANONYMOUS, Viewer
from tests.factories import Factory
from tests.schema.live.following import Shop

pytestmark = pytest.mark.anyio

EVENTS = """
subscription Events($id: ID, $after: String) {
  orderEvents(id: $id, after: $after) {
    id cursor type version sequence occurredAt snapshot { orderId status }
  }
}
"""

SNAPSHOT = """
subscription Snapshot($id: ID!) {
  orderUpdated(id: $id) {
    eventType
    order { status version }
    snapshot {
      orderId number status version placedAt email shippingMethod
      subtotal { amount currency minorUnits } shipping { minorUnits } total { minorUnits }
      shippingAddress { recipient line1 line2 postalCode city region countryCode }
      lines {
        variantId sku name quantity unitPrice { minorUnits } total { minorUnits currency }
      }
    }
  }
}
"""

WHOLE = """
query Whole($id: ID!) {
  order(id: $id) {
    id number placedAt email
    subtotal { amount currency minorUnits } shipping { minorUnits } total { minorUnits }
    shippingAddress { recipient line1 line2 postalCode city region countryCode }
    lines {
      nodes {
        variant { id } sku name quantity unitPrice { minorUnits } total { minorUnits currency }
      }
    }
  }
}
"""

FILTERED = """
subscription Filtered($after: String, $filter: OrderFilterInput) {
  ordersUpdated(after: $after, filter: $filter) { cursor eventType order { id } }
}
"""


async def test_a_timeline_is_told_from_its_beginning_and_goes_on(
    shop: Shop, customer: Viewer, order: UUID
) -> None:
    public_id = encode_id("order", order)
    await shop.move(order, "pending", "confirmed")
    async with shop.following(customer, EVENTS, id=public_id) as followed:
        events = [await followed.next(), await followed.next()]
        await shop.move(order, "shipped")
        events.append(await followed.next())
    async with shop.following(
        customer, EVENTS, id=public_id, after=events[0]["cursor"]
    ) as followed:
        resumed = [await followed.next(), await followed.next()]
    assert [(each["sequence"], each["type"], each["snapshot"]) for each in events] == [
        (1, "order.placed", {"orderId": public_id, "status": "PENDING"}),
        (2, "order.confirmed", {"orderId": public_id, "status": "CONFIRMED"}),
        (3, "order.shipped", {"orderId": public_id, "status": "SHIPPED"}),
    ]
    assert resumed == events[1:]
    assert {each["version"] for each in events} == {1}
    assert len({each["id"] for each in events}) == 3
    assert all(datetime.fromisoformat(each["occurredAt"]).tzinfo for each in events)


async def test_of_all_orders_what_comes_is_told_to_those_who_see_them(
    shop: Shop, factory: Factory, customer: Viewer, order: UUID
) -> None:
    merchant = Viewer(await factory.account(role="merchant"), "merchant")
    admin = Viewer(await factory.account(role="admin"), "admin")
    sold = await shop.order(await factory.account(), merchant=merchant.account_id)
    now = encode_cursor("events", [0])
    async with (
        shop.following(customer, EVENTS, after=now) as mine,
        shop.following(merchant, EVENTS, after=now) as sales,
        shop.following(admin, EVENTS, after=now) as everything,
    ):
        for status in ("confirmed", "shipped"):
            await shop.move(sold, status)
            await shop.move(order, status)
            told = [(await each.next())["snapshot"]["orderId"] for each in (mine, sales)]
            assert told == [encode_id("order", order), encode_id("order", sold)]
            told = [(await everything.next())["snapshot"]["orderId"] for _ in range(2)]
            assert told == [encode_id("order", sold), encode_id("order", order)]


async def test_of_all_orders_nothing_is_told_that_was_before(
    shop: Shop, customer: Viewer, order: UUID
) -> None:
    await shop.move(order, "confirmed")
    async with shop.following(customer, EVENTS) as followed:
        first = asyncio.create_task(followed.next())
        moves = 1
        # When it follows, nothing tells: until then it is told of none of them.
        while not first.done():
            await shop.move(order, "shipped")
            moves += 1
            await asyncio.sleep(0.01)
        event = await first
    assert event["type"] == "order.shipped"
    assert 2 <= event["sequence"] <= moves


async def test_nobody_follows_the_events_of_all_orders(shop: Shop, order: UUID) -> None:
    async with shop.following(ANONYMOUS, EVENTS) as followed:
        assert await followed.error() == "UNAUTHENTICATED"
    async with shop.following(ANONYMOUS, EVENTS, id=encode_id("order", order)) as followed:
        assert await followed.error() == "ORDER_NOT_FOUND"


async def test_a_snapshot_is_the_order_as_the_event_left_it(
    shop: Shop, customer: Viewer, order: UUID
) -> None:
    public_id = encode_id("order", order)
    async with shop.following(customer, SNAPSHOT, id=public_id) as followed:
        assert (await followed.next())["snapshot"] is None
        await shop.move(order, "confirmed", "shipped")
        updates = [await followed.next(), await followed.next()]
    whole = (await shop.ask(customer, WHOLE, id=public_id))["order"]
    lines = whole.pop("lines")["nodes"]
    whole["orderId"] = whole.pop("id")
    whole["lines"] = [{"variantId": each.pop("variant")["id"], **each} for each in lines]
    assert [each["order"] for each in updates] == [{"status": "SHIPPED", "version": 3}] * 2
    assert [each["snapshot"] for each in updates] == [
        {**whole, "status": status, "version": version, "shippingMethod": "standard"}
        for status, version in (("CONFIRMED", 2), ("SHIPPED", 3))
    ]


async def test_a_filter_holds_for_states_and_for_changes_as_they_were(
    shop: Shop, factory: Factory, order: UUID
) -> None:
    admin = Viewer(await factory.account(role="admin"), "admin")
    other = await shop.order(await factory.account())
    await shop.move(other, "confirmed")
    wanted = {"status": "CONFIRMED"}
    async with shop.following(admin, FILTERED, filter=wanted) as followed:
        state = await followed.next()
        # By the time that they are read, one is further on.
        await shop.move(order, "pending", "confirmed", "shipped")
        await shop.move(other, "shipped")
        live = await followed.next()
    async with shop.following(admin, FILTERED, filter=wanted, after=state["cursor"]) as followed:
        resumed = await followed.next()
    async with shop.following(
        admin, FILTERED, filter={"status": "SHIPPED"}, after=state["cursor"]
    ) as followed:
        shipped = [(await followed.next())["order"]["id"] for _ in range(2)]
    assert (state["eventType"], state["order"]["id"]) == (None, encode_id("order", other))
    assert live["eventType"] == "order.confirmed"
    assert live["order"]["id"] == encode_id("order", order)
    assert resumed == live
    assert shipped == [encode_id("order", order), encode_id("order", other)]
