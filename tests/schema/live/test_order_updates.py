"""Orders followed live: the state first, then every event once, resumable and private."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.context import OperationContext
from core.ids import encode_id
from core.viewer import ANONYMOUS, Viewer
from tasks.sequencer import sequence
from tests.factories import Factory
from tests.schema.live.following import Shop
from tests.tasks.log import Log

pytestmark = pytest.mark.anyio

FOLLOW = """
subscription Follow($id: ID!, $after: String) {
  orderUpdated(id: $id, after: $after) { cursor eventId eventType order { id status } }
}
"""

FOLLOW_ALL = """
subscription FollowAll($after: String) {
  ordersUpdated(after: $after) { cursor eventType order { id status } }
}
"""


def told(updates: list[dict[str, Any]]) -> list[tuple[str | None, str]]:
    return [(each["eventType"], each["order"]["status"]) for each in updates]


async def test_the_state_comes_first_and_then_every_change(
    shop: Shop, customer: Viewer, order: UUID
) -> None:
    public_id = encode_id("order", order)
    async with shop.following(customer, FOLLOW, id=public_id) as followed:
        updates = [await followed.next()]
        for status in ("confirmed", "shipped", "delivered"):
            await shop.move(order, status)
            updates.append(await followed.next())
    assert told(updates) == [
        (None, "PENDING"),
        ("order.confirmed", "CONFIRMED"),
        ("order.shipped", "SHIPPED"),
        ("order.delivered", "DELIVERED"),
    ]
    assert updates[0]["eventId"] is None
    assert {each["order"]["id"] for each in updates} == {public_id}
    assert len({each["eventId"] for each in updates}) == 4
    assert len({each["cursor"] for each in updates}) == 4


async def test_a_subscription_resumes_after_the_last_update_that_was_seen(
    shop: Shop, customer: Viewer, order: UUID
) -> None:
    public_id = encode_id("order", order)
    async with shop.following(customer, FOLLOW, id=public_id) as followed:
        await followed.next()
        await shop.move(order, "confirmed")
        seen = await followed.next()
    await shop.move(order, "shipped")
    await shop.move(order, "delivered")

    after = seen["cursor"]
    async with shop.following(customer, FOLLOW, id=public_id, after=after) as followed:
        missed = [await followed.next(), await followed.next()]
    assert [each["eventType"] for each in missed] == ["order.shipped", "order.delivered"]


async def test_a_missed_wake_up_is_made_good_by_looking(
    shop: Shop, customer: Viewer, order: UUID
) -> None:
    async with shop.following(customer, FOLLOW, id=encode_id("order", order)) as followed:
        await followed.next()
        await Log(shop.resources.database).record("order.confirmed", order)
        await sequence(shop.resources.database, {})
        assert (await followed.next())["eventType"] == "order.confirmed"


async def test_all_orders_of_mine_are_followed_and_no_others(
    shop: Shop, factory: Factory, customer: Viewer, order: UUID
) -> None:
    other = await shop.order(await factory.account())
    async with shop.following(customer, FOLLOW_ALL) as followed:
        assert told([await followed.next()]) == [(None, "PENDING")]
        await shop.move(other, "confirmed")
        await shop.move(order, "confirmed")
        update_ = await followed.next()
    assert update_["order"] == {"id": encode_id("order", order), "status": "CONFIRMED"}


@pytest.mark.parametrize("role", ["customer", "merchant", None])
async def test_an_order_of_somebody_else_is_as_if_it_were_not_there(
    shop: Shop, factory: Factory, order: UUID, role: str | None
) -> None:
    viewer = Viewer(await factory.account(role=role), role) if role else ANONYMOUS
    async with shop.following(viewer, FOLLOW, id=encode_id("order", order)) as followed:
        assert await followed.error() == "ORDER_NOT_FOUND"


async def test_an_admin_follows_any_order(shop: Shop, factory: Factory, order: UUID) -> None:
    admin = Viewer(await factory.account(role="admin"), "admin")
    async with shop.following(admin, FOLLOW, id=encode_id("order", order)) as followed:
        assert told([await followed.next()]) == [(None, "PENDING")]


async def test_nobody_cannot_follow_all_orders(shop: Shop) -> None:
    async with shop.following(ANONYMOUS, FOLLOW_ALL) as followed:
        assert await followed.error() == "UNAUTHENTICATED"


async def test_a_subscription_ends_with_its_token(
    shop: Shop, customer: Viewer, order: UUID
) -> None:
    soon = datetime.now(UTC) + timedelta(milliseconds=300)
    viewer = replace(customer, expires_at=soon)
    async with shop.following(viewer, FOLLOW, id=encode_id("order", order)) as followed:
        await followed.next()
        assert await followed.error() == "UNAUTHENTICATED"


async def test_a_cursor_of_another_list_is_refused(
    shop: Shop, customer: Viewer, order: UUID
) -> None:
    public_id = encode_id("order", order)
    async with shop.following(customer, FOLLOW, id=public_id, after="bm9wZQ") as followed:
        assert await followed.error() == "BAD_USER_INPUT"


async def test_two_operations_of_one_socket_have_loaders_of_their_own(
    shop: Shop, customer: Viewer
) -> None:
    assert customer.account_id is not None
    first = await shop.order(customer.account_id)
    second = await shop.order(customer.account_id)
    context = OperationContext(shop.resources, customer)
    document = "query Q($id: ID!) { order(id: $id) { id payments(first: 1) { totalCount } } }"
    answers = await asyncio.gather(
        *(
            shop.schema.execute(
                document,
                variable_values={"id": encode_id("order", each)},
                context_value=context,
            )
            for each in (first, second)
        )
    )
    assert [answer.data and answer.data["order"]["id"] for answer in answers] == [
        encode_id("order", first),
        encode_id("order", second),
    ]
    assert context.loaders == {}
