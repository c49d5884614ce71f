"""The sandbox keeps the promises of the payment port."""

import asyncio
from uuid import uuid4

import pytest

from core.database import Database
from core.money import Money
from services.payment_gateways.sandbox import SandboxGateway
from services.payments import Charged, Declined
from tests.buying import Shop
from tests.factories import Factory

pytestmark = pytest.mark.anyio

PRICE = Money(1990, "EUR")


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)


@pytest.fixture
def gateway(shop: Shop) -> SandboxGateway:
    return SandboxGateway(shop.database, 0.01)


@pytest.mark.parametrize("token", ["success", "slow"])
async def test_charges(shop: Shop, gateway: SandboxGateway, token: str) -> None:
    payment = uuid4()

    assert await gateway.charge(payment, PRICE, token) == Charged(f"sandbox-{payment}")
    assert await shop.charges() == [("charged", 1990)]


@pytest.mark.parametrize(
    ("token", "reason"), [("decline", "card_declined"), ("other", "unknown_token")]
)
async def test_declines(shop: Shop, gateway: SandboxGateway, token: str, reason: str) -> None:
    assert await gateway.charge(uuid4(), PRICE, token) == Declined(reason)
    assert await shop.charges() == [("declined", 1990)]


async def test_gives_the_first_answer_again(shop: Shop, gateway: SandboxGateway) -> None:
    payment = uuid4()

    answers = await asyncio.gather(
        *(gateway.charge(payment, PRICE, token) for token in ["success", "slow"] * 5)
    )

    assert answers == [Charged(f"sandbox-{payment}")] * 10
    assert await gateway.charge(payment, PRICE, "decline") == answers[0]
    assert await gateway.close(payment) == answers[0]
    assert await shop.charges() == [("charged", 1990)]


async def test_does_not_charge_what_was_closed(shop: Shop, gateway: SandboxGateway) -> None:
    payment = uuid4()

    assert await gateway.close(payment) == Declined("closed")
    assert await gateway.charge(payment, PRICE, "slow") == Declined("closed")
    assert await shop.charges() == [("declined", 0)]


async def test_refunds_once(shop: Shop, gateway: SandboxGateway) -> None:
    payment = uuid4()
    await gateway.charge(payment, PRICE, "success")

    await gateway.refund(payment)
    await gateway.refund(payment)

    assert await shop.charges() == [("refunded", 1990)]


async def test_takes_its_time_for_a_slow_one(shop: Shop) -> None:
    gateway = SandboxGateway(shop.database, 60)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await gateway.charge(uuid4(), PRICE, "slow")
    assert await shop.charges() == []
