"""Orders move as their states allow, for whom they allow it, with their stock and money."""

import asyncio
from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update

from core.database import Database
from core.errors import DomainError, ForbiddenError
from core.viewer import ANONYMOUS, Viewer
from models import Order
from services.order_locking import OrderNotFound
from services.order_states import (
    TRANSITIONS,
    IllegalTransition,
    OrderStatus,
    Party,
    available_transitions,
)
from services.orders import move
from services.versions import VersionConflict
from tests.buying import Basket, Shop
from tests.factories import Factory

pytestmark = pytest.mark.anyio

PENDING, CONFIRMED, SHIPPED, DELIVERED, CANCELLED = OrderStatus
ADMIN = Viewer(UUID(int=1), "admin")
LEGAL = {(each.before, each.after) for each in TRANSITIONS if Party.ADMIN in each.by}
ILLEGAL = [pair for pair in product(OrderStatus, repeat=2) if pair not in LEGAL]


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)


@pytest.fixture
async def mug(shop: Shop) -> UUID:
    return await shop.variant(stock=5)


@pytest.fixture
async def basket(shop: Shop, mug: UUID) -> Basket:
    return await shop.basket({mug: 2})


@pytest.fixture
async def order(shop: Shop, basket: Basket) -> UUID:
    """A confirmed order of two mugs."""
    return (await shop.buy(basket)).order_id


async def moved(
    shop: Shop, order: UUID, after: OrderStatus, viewer: Viewer = ADMIN, version: int | None = None
) -> None:
    async with shop.transaction() as session:
        assert await move(session, viewer, order, after, version) == {"order_id": order}


async def refusal(
    shop: Shop, order: UUID, after: OrderStatus, viewer: Viewer = ADMIN, version: int | None = None
) -> DomainError:
    """Move, and return why not; nothing may have changed."""
    before = await shop.snapshot()
    with pytest.raises(DomainError) as refused:
        await moved(shop, order, after, viewer, version)
    assert await shop.snapshot() == before
    return refused.value


async def set_status(shop: Shop, status: OrderStatus) -> None:
    async with shop.transaction() as session:
        await session.execute(update(Order).values(status=status.value))


async def test_is_shipped_and_delivered(shop: Shop, mug: UUID, order: UUID) -> None:
    await moved(shop, order, SHIPPED, version=2)
    await moved(shop, order, DELIVERED, version=3)

    found, payment = await shop.order(order)
    assert (found.status, found.version, payment.status) == ("delivered", 4, "succeeded")
    assert await shop.stock(mug) == (3, 0)
    rows = await shop.rows(
        text("SELECT type, sequence, actor_id, payload->>'status' FROM events ORDER BY id")
    )
    assert rows[2:] == [
        ("order.shipped", 3, ADMIN.account_id, "SHIPPED"),
        ("order.delivered", 4, ADMIN.account_id, "DELIVERED"),
    ]


async def test_cancelling_puts_the_stock_back_and_owes_the_money(
    shop: Shop, mug: UUID, basket: Basket, order: UUID
) -> None:
    await moved(shop, order, CANCELLED)

    found, payment = await shop.order(order)
    assert (found.status, found.version, payment.status) == ("cancelled", 3, "refund_due")
    assert await shop.stock(mug) == (5, 0)
    assert (await shop.cart(basket)).status == "ordered"
    assert (await shop.events())[-1] == "order.cancelled"


@pytest.mark.parametrize(("before", "after"), ILLEGAL)
async def test_only_declared_transitions_are_taken(
    shop: Shop, order: UUID, before: OrderStatus, after: OrderStatus
) -> None:
    await set_status(shop, before)

    error = await refusal(shop, order, after)

    assert isinstance(error, IllegalTransition)
    assert error.values == {
        "before": before,
        "after": after,
        "available": available_transitions(before, Party.ADMIN),
    }


def test_the_states_and_who_may_leave_them() -> None:
    found = {
        party: {status: available_transitions(status, party) for status in OrderStatus}
        for party in (*Party, None)
    }

    staff = {
        PENDING: [CANCELLED],
        CONFIRMED: [SHIPPED, CANCELLED],
        SHIPPED: [DELIVERED],
        DELIVERED: [],
        CANCELLED: [],
    }
    nothing: dict[OrderStatus, list[OrderStatus]] = {status: [] for status in OrderStatus}
    assert found == {
        Party.SHOP: nothing | {PENDING: [CONFIRMED, CANCELLED]},
        Party.ADMIN: staff,
        Party.MERCHANT: staff,
        Party.CUSTOMER: nothing | {PENDING: [CANCELLED], CONFIRMED: [CANCELLED]},
        None: nothing,
    }


async def test_the_version_must_be_the_expected_one(shop: Shop, order: UUID) -> None:
    error = await refusal(shop, order, SHIPPED, version=1)

    assert isinstance(error, VersionConflict)
    assert error.values["current"] == 2


async def test_the_order_must_be_there(shop: Shop) -> None:
    assert isinstance(await refusal(shop, uuid4(), SHIPPED), OrderNotFound)


async def test_a_buyer_cancels_but_does_not_ship(
    shop: Shop, mug: UUID, basket: Basket, order: UUID, factory: Factory
) -> None:
    account = await factory.account()
    own = (await shop.buy(await shop.basket({mug: 1}, account))).order_id

    for viewer, each in ((basket.viewer, order), (Viewer(account, "customer"), own)):
        error = await refusal(shop, each, SHIPPED, viewer)
        assert isinstance(error, IllegalTransition)
        assert error.values["available"] == [CANCELLED]
        await moved(shop, each, CANCELLED, viewer)

    assert await shop.stock(mug) == (5, 0)


async def test_others_do_not_find_it(shop: Shop, order: UUID, factory: Factory) -> None:
    for viewer in (
        ANONYMOUS,
        Viewer(cart_secret_hash=b"x" * 32),
        Viewer(await factory.account(), "customer"),
        Viewer(await factory.account(role="merchant"), "merchant"),
    ):
        assert isinstance(await refusal(shop, order, CANCELLED, viewer), OrderNotFound)


async def test_a_merchant_moves_what_is_all_theirs(shop: Shop, factory: Factory) -> None:
    merchant = Viewer(await factory.account(role="merchant"), "merchant")
    own = await shop.variant(merchant=merchant.account_id)
    others, shops = await shop.variant(merchant=await factory.account()), await shop.variant()
    whole = (await shop.buy(await shop.basket({own: 1}))).order_id
    mixed = [
        (await shop.buy(await shop.basket({own: 1, each: 1}))).order_id for each in (others, shops)
    ]

    await moved(shop, whole, SHIPPED, merchant)
    for order in mixed:
        assert isinstance(await refusal(shop, order, SHIPPED, merchant), ForbiddenError)

    assert await shop.rows(text("SELECT status FROM orders ORDER BY id")) == [
        ("shipped",),
        ("confirmed",),
        ("confirmed",),
    ]


async def test_shipping_and_cancelling_at_once_do_one(shop: Shop, mug: UUID, order: UUID) -> None:
    outcomes = await asyncio.gather(
        *(moved(shop, order, after) for after in [SHIPPED, CANCELLED] * 5),
        return_exceptions=True,
    )

    found, payment = await shop.order(order)
    assert outcomes.count(None) == 1
    assert sum(isinstance(each, IllegalTransition) for each in outcomes) == 9
    assert (found.status, payment.status, await shop.stock(mug)) in [
        ("shipped", "succeeded", (3, 0)),
        ("cancelled", "refund_due", (5, 0)),
    ]


async def test_thirty_lines_cost_the_statements_of_two(
    shop: Shop, all_statements: list[str]
) -> None:
    costs = []
    for lines in (2, 30):
        for after in (SHIPPED, CANCELLED):
            basket = await shop.basket({await shop.variant(): 1 for _ in range(lines)})
            order = (await shop.buy(basket)).order_id
            all_statements.clear()
            await moved(shop, order, after)
            costs.append(len(all_statements))

    assert costs == [3, 5, 3, 5]
