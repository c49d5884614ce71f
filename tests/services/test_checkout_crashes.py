"""A checkout that stops on its way loses nothing and charges nobody twice."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from core.database import Database
from core.money import Money
from services.checkout import ABANDONED_AFTER, reconcile_pending
from services.order_states import OrderStatus
from services.orders import move
from services.payment_gateways.sandbox import SandboxGateway
from services.payments import Charged, Declined
from tests.buying import Basket, Shop
from tests.factories import Factory

pytestmark = pytest.mark.anyio

Interruption = Callable[[], Awaitable[None]]


class Interrupted(SandboxGateway):
    """A gateway that something happens to: before it charges, or after it has charged."""

    def __init__(
        self,
        shop: Shop,
        *,
        before: Interruption | None = None,
        after: Interruption | None = None,
    ) -> None:
        super().__init__(shop.database, 0)
        self.before, self.after = before, after

    async def charge(self, payment_id: UUID, amount: Money, token: str) -> Charged | Declined:
        if self.before is not None:
            await self.before()
        answer = await super().charge(payment_id, amount, token)
        if self.after is not None:
            await self.after()
        return answer


async def broken() -> None:
    raise ConnectionError("the provider is away")


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)


@pytest.fixture
async def mug(shop: Shop) -> UUID:
    return await shop.variant(stock=5)


@pytest.fixture
async def basket(shop: Shop, mug: UUID) -> Basket:
    return await shop.basket({mug: 2})


async def stopped_before_charging(shop: Shop, basket: Basket, payment: str = "success") -> None:
    shop.gateway = Interrupted(shop, before=broken)
    with pytest.raises(ConnectionError):
        await shop.buy(basket, "key", payment=payment)
    shop.gateway = SandboxGateway(shop.database, 0)


async def stopped_after_charging(shop: Shop, basket: Basket, payment: str = "success") -> None:
    shop.gateway = Interrupted(shop, after=broken)
    with pytest.raises(ConnectionError):
        await shop.buy(basket, "key", payment=payment)
    shop.gateway = SandboxGateway(shop.database, 0)


async def cancelled_while_charging(shop: Shop, basket: Basket, payment: str = "success") -> None:
    charged, never = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        charged.set()
        await never.wait()

    shop.gateway = Interrupted(shop, after=hang)
    buying = asyncio.create_task(shop.buy(basket, "key", payment=payment))
    await charged.wait()
    buying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buying
    shop.gateway = SandboxGateway(shop.database, 0)


async def reconcile(shop: Shop, after: timedelta = ABANDONED_AFTER) -> None:
    later = datetime.now(UTC) + after + timedelta(seconds=1)
    await reconcile_pending(shop.transaction, shop.gateway, later)


async def states(shop: Shop) -> list[tuple[object, ...]]:
    """The states of all orders with those of their payments."""
    return await shop.rows(
        text(
            "SELECT orders.status, payments.status FROM orders"
            " JOIN payments ON payments.order_id = orders.id ORDER BY orders.id"
        )
    )


STOPS = [stopped_before_charging, stopped_after_charging, cancelled_while_charging]


@pytest.mark.parametrize("stop", STOPS)
async def test_it_waits_as_it_stopped(
    shop: Shop, mug: UUID, basket: Basket, stop: Callable[[Shop, Basket], Awaitable[None]]
) -> None:
    await stop(shop, basket)

    assert await states(shop) == [("pending", "pending")]
    assert await shop.stock(mug) == (5, 2)
    assert (await shop.cart(basket)).status == "ordered"


@pytest.mark.parametrize("stop", STOPS)
async def test_the_same_key_finishes_it(
    shop: Shop, mug: UUID, basket: Basket, stop: Callable[[Shop, Basket], Awaitable[None]]
) -> None:
    await stop(shop, basket)

    completed = await shop.buy(basket, "key")
    await reconcile(shop)

    assert completed.declined is None
    assert await states(shop) == [("confirmed", "succeeded")]
    assert await shop.charges() == [("charged", 2490)]
    assert await shop.stock(mug) == (3, 0)
    assert await shop.events() == ["order.placed", "order.confirmed"]


@pytest.mark.parametrize("stop", [stopped_after_charging, cancelled_while_charging])
async def test_what_was_charged_is_confirmed_later(
    shop: Shop, mug: UUID, basket: Basket, stop: Callable[[Shop, Basket], Awaitable[None]]
) -> None:
    await stop(shop, basket)

    await reconcile(shop)
    completed = await shop.buy(basket, "key")

    assert completed.declined is None
    assert await states(shop) == [("confirmed", "succeeded")]
    assert await shop.charges() == [("charged", 2490)]
    assert await shop.stock(mug) == (3, 0)


async def test_what_was_not_charged_is_cancelled_later(
    shop: Shop, mug: UUID, basket: Basket
) -> None:
    await stopped_before_charging(shop, basket)

    await reconcile(shop)
    completed = await shop.buy(basket, "key")

    assert completed.declined is not None
    assert completed.declined.values["reason"] == "closed"
    assert await states(shop) == [("cancelled", "declined")]
    assert await shop.charges() == [("declined", 0)]
    assert await shop.stock(mug) == (5, 0)
    assert (await shop.cart(basket)).status == "open"


async def test_what_was_declined_is_cancelled_later(shop: Shop, mug: UUID, basket: Basket) -> None:
    await stopped_after_charging(shop, basket, "decline")

    await reconcile(shop)

    assert await states(shop) == [("cancelled", "declined")]
    assert await shop.stock(mug) == (5, 0)
    assert (await shop.cart(basket)).status == "open"


async def test_a_young_payment_is_left_to_whoever_is_at_it(
    shop: Shop, mug: UUID, basket: Basket
) -> None:
    await stopped_before_charging(shop, basket)

    await reconcile(shop, after=timedelta(0))

    assert await states(shop) == [("pending", "pending")]
    assert await shop.stock(mug) == (5, 2)


async def test_one_that_fails_does_not_hold_up_the_others(shop: Shop, mug: UUID) -> None:
    baskets = [await shop.basket({mug: 1}) for _ in range(3)]
    for basket in baskets:
        await stopped_after_charging(shop, basket)

    class FailsOnce(SandboxGateway):
        failed = False

        async def close(self, payment_id: UUID) -> Charged | Declined:
            if not self.failed:
                self.failed = True
                raise ConnectionError("the provider is away")
            return await super().close(payment_id)

    shop.gateway = FailsOnce(shop.database, 0)
    await reconcile(shop)
    assert await states(shop) == [("pending", "pending")] + [("confirmed", "succeeded")] * 2
    await reconcile(shop)

    assert await states(shop) == [("confirmed", "succeeded")] * 3
    assert await shop.stock(mug) == (2, 0)


async def test_two_reconcilers_do_it_once(shop: Shop, mug: UUID) -> None:
    for _ in range(3):
        await stopped_after_charging(shop, await shop.basket({mug: 1}))

    await asyncio.gather(*(reconcile(shop) for _ in range(3)))

    assert await states(shop) == [("confirmed", "succeeded")] * 3
    assert await shop.stock(mug) == (2, 0)
    assert (await shop.events()).count("order.confirmed") == 3


async def test_an_order_cancelled_while_it_is_charged_gets_its_money_back(
    shop: Shop, mug: UUID, basket: Basket
) -> None:
    async def cancel() -> None:
        ((order_id,),) = await shop.rows(text("SELECT id FROM orders"))
        async with shop.transaction() as session:
            await move(session, basket.viewer, order_id, OrderStatus.CANCELLED, None)

    shop.gateway = Interrupted(shop, after=cancel)
    completed = await shop.buy(basket, "key")

    assert completed.declined is None
    assert await states(shop) == [("cancelled", "refund_due")]
    assert await shop.stock(mug) == (5, 0)
    await reconcile(shop)
    await reconcile(shop)
    assert await states(shop) == [("cancelled", "refunded")]
    assert await shop.charges() == [("refunded", 2490)]
