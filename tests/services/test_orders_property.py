"""Whatever is bought, moved and interrupted in whatever order, the stock and the money add up."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.database import Database
from core.errors import DomainError
from core.money import Money
from core.viewer import Viewer
from services import carts
from services.carts import CartChoice, LineAddition
from services.checkout import ABANDONED_AFTER, reconcile_pending
from services.order_states import OrderStatus
from services.orders import move
from services.payment_gateways.sandbox import SandboxGateway
from services.payments import Charged, Declined
from tests.buying import Basket, Shop
from tests.factories import Factory

pytestmark = pytest.mark.anyio

STOCK = 4
ADMIN = Viewer(UUID(int=1), "admin")


@dataclass(frozen=True)
class Add:
    basket: int
    variant: int
    quantity: int


@dataclass(frozen=True)
class Buy:
    """Buy a basket; the provider may be lost before or after it has charged."""

    basket: int
    payment: str
    lost: str | None
    key: int


@dataclass(frozen=True)
class Move:
    """Move one of the latest orders."""

    order: int
    after: OrderStatus


@dataclass(frozen=True)
class Reconcile:
    pass


TARGETS = [OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.CANCELLED]
FEW = st.integers(0, 2)
STEPS = st.lists(
    st.builds(Add, FEW, FEW, st.integers(1, 3))
    | st.builds(
        Buy,
        FEW,
        st.sampled_from(["success", "decline"]),
        st.sampled_from([None, "before", "after"]),
        FEW,
    )
    | st.builds(Move, FEW, st.sampled_from(TARGETS))
    | st.builds(Reconcile),
    min_size=6,
    max_size=20,
)


class Losing(SandboxGateway):
    """A provider whose next call may be lost."""

    lost: str | None = None

    async def charge(self, payment_id: UUID, amount: Money, token: str) -> Charged | Declined:
        if self.lost == "before":
            raise ConnectionError("lost before it charged")
        answer = await super().charge(payment_id, amount, token)
        if self.lost == "after":
            raise ConnectionError("lost after it charged")
        return answer


async def take(shop: Shop, variants: list[UUID], baskets: list[Basket], step: object) -> None:
    gateway = Losing(shop.database, 0)
    shop.gateway = gateway
    if isinstance(step, Add):
        line = LineAddition(variants[step.variant], step.quantity)
        basket = baskets[step.basket]
        async with shop.transaction() as session:
            await carts.add_lines(session, basket.viewer, CartChoice(basket.id), [line])
    elif isinstance(step, Buy):
        gateway.lost = step.lost
        await shop.buy(baskets[step.basket], f"{step.key}", payment=step.payment)
    elif isinstance(step, Move):
        orders = await shop.rows(text("SELECT id FROM orders ORDER BY id DESC LIMIT 3"))
        if orders:
            order_id = orders[step.order % len(orders)][0]
            async with shop.transaction() as session:
                await move(session, ADMIN, order_id, step.after, None)
    else:
        await reconcile_pending(shop.transaction, gateway, datetime.now(UTC) + 2 * ABANDONED_AFTER)


# For each variant: what is on hand and reserved, and what its orders say of both.
STOCK_AND_ORDERS = """
SELECT on_hand, reserved,
    coalesce(sum(quantity) FILTER (WHERE status IN ('confirmed', 'shipped', 'delivered')), 0),
    coalesce(sum(quantity) FILTER (WHERE status = 'pending'), 0)
FROM stock_levels
LEFT JOIN order_lines USING (variant_id)
LEFT JOIN orders ON orders.id = order_lines.order_id
GROUP BY variant_id
"""
WRONG_TOTALS = """
SELECT orders.id FROM orders JOIN order_lines ON order_id = orders.id
GROUP BY orders.id HAVING sum(order_lines.total_minor) <> subtotal_minor
"""
MONEY = """
SELECT DISTINCT orders.status, payments.status, sandbox_charges.status
FROM orders JOIN payments ON order_id = orders.id
LEFT JOIN sandbox_charges ON payment_id = payments.id
"""
MONEY_THAT_FITS = {
    *((status, "succeeded", "charged") for status in ("confirmed", "shipped", "delivered")),
    *(("pending", "pending", books) for books in (None, "charged", "declined")),
    # It was cancelled while the provider was asked.
    *(("cancelled", "pending", books) for books in (None, "charged", "declined")),
    ("cancelled", "declined", "declined"),
    ("cancelled", "refund_due", "charged"),
    ("cancelled", "refunded", "refunded"),
}
SETTLED = {each for each in MONEY_THAT_FITS if each[1] not in {"pending", "refund_due"}}


async def assert_adds_up(shop: Shop) -> None:
    for on_hand, reserved, sold, pending in await shop.rows(text(STOCK_AND_ORDERS)):
        assert (on_hand, reserved) == (STOCK - sold, pending)
        assert 0 <= reserved <= on_hand
    assert await shop.rows(text(WRONG_TOTALS)) == []
    assert set(await shop.rows(text(MONEY))) <= MONEY_THAT_FITS


@given(steps=STEPS)
@settings(
    deadline=None,
    max_examples=40,
    # One database for all examples is meant; each has variants and baskets of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_stock_orders_and_money_add_up(
    database: Database, factory: Factory, steps: list[Any]
) -> None:
    shop = Shop(database, factory)
    async with database.engine.begin() as connection:
        await connection.execute(text("TRUNCATE orders, carts, products, sandbox_charges CASCADE"))
    variants = [await shop.variant(stock=STOCK) for _ in range(3)]
    baskets = [await shop.basket({variant: 1}) for variant in variants]

    for step in steps:
        # What is refused or lost leaves something that adds up too.
        with suppress(DomainError, ConnectionError):
            await take(shop, variants, baskets, step)
        await assert_adds_up(shop)
    for _ in range(2):
        await take(shop, variants, baskets, Reconcile())
    await assert_adds_up(shop)
    assert set(await shop.rows(text(MONEY))) <= SETTLED
