from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from models import Cart, CartLine
from services import carts
from services.carts import CartChoice, LineAddition
from tests.services.carts.shop import HOLDER, Shop

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PAST = NOW - timedelta(seconds=1)


async def expire(shop: Shop, when: datetime = PAST) -> None:
    async with shop.session() as session:
        await session.execute(update(Cart).values(expires_at=when))


async def release(shop: Shop, limit: int = 100) -> int:
    async with shop.session() as session:
        return await carts.release_expired(session, NOW, limit)


async def test_what_has_expired_goes_with_its_lines(shop: Shop) -> None:
    await shop.anonymous((await shop.variant(), 1))
    await expire(shop)

    assert await release(shop) == 1
    assert await shop.rows(Cart) == []
    assert await shop.rows(CartLine) == []


async def test_what_expires_now_stays(shop: Shop) -> None:
    await shop.anonymous()
    await expire(shop, NOW)

    assert await release(shop) == 0
    assert len(await shop.rows(Cart)) == 1


async def test_an_account_keeps_its_cart(shop: Shop) -> None:
    await shop.owned(await shop.factory.account())
    await expire(shop)

    assert await release(shop) == 0


async def test_an_ordered_cart_stays(shop: Shop) -> None:
    await shop.anonymous()
    async with shop.session() as session:
        await session.execute(update(Cart).values(status="ordered"))
    await expire(shop)

    assert await release(shop) == 0


async def test_goes_in_batches_the_oldest_first(shop: Shop) -> None:
    for number in range(3):
        await shop.anonymous(secret=bytes([number]) * 32)
    await expire(shop)

    assert [await release(shop, 2) for _ in range(3)] == [2, 1, 0]


async def test_a_cart_that_is_being_changed_is_passed_over(shop: Shop) -> None:
    mug = await shop.variant()
    cart = await shop.anonymous()
    await expire(shop)
    async with shop.session() as session:
        await carts.add_lines(session, HOLDER, CartChoice(), [LineAddition(mug, 1)])
        assert await release(shop) == 0

    assert await release(shop) == 0
    assert await shop.quantities(cart) == {"mug": 1}
