"""Stock under lock: all or nothing, in key order, and never below zero."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database
from core.errors import Refusals
from services import inventory
from services.carts.errors import OutOfStock
from tests.buying import Shop
from tests.factories import Factory

pytestmark = pytest.mark.anyio

Change = Callable[[AsyncSession, inventory.Quantities], Awaitable[None]]


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)


async def test_reserves_takes_and_puts_back(shop: Shop) -> None:
    mug, lamp = await shop.variant(stock=5), await shop.variant(stock=7)
    seen = []
    for change in (inventory.reserve, inventory.take, inventory.put_back):
        async with shop.transaction() as session:
            await change(session, {mug: 2, lamp: 3})
        seen.append((await shop.stock(mug), await shop.stock(lamp)))

    assert seen == [((5, 2), (7, 3)), ((3, 0), (4, 0)), ((5, 0), (7, 0))]


async def test_releases_what_it_reserved(shop: Shop) -> None:
    mug = await shop.variant(stock=5)
    async with shop.transaction() as session:
        await inventory.reserve(session, {mug: 5})
    async with shop.transaction() as session:
        await inventory.release(session, {mug: 5})

    assert await shop.stock(mug) == (5, 0)


async def test_names_every_short_variant_and_reserves_nothing(shop: Shop) -> None:
    mug, lamp, tray = [await shop.variant(stock=stock) for stock in (5, 1, 0)]

    with pytest.raises(Refusals) as refused:
        async with shop.transaction() as session:
            await inventory.reserve(session, {mug: 5, lamp: 2, tray: 1})

    errors = [error for error in refused.value.errors if isinstance(error, OutOfStock)]
    assert [(error.variant_id, error.values["available"]) for error in errors] == [
        (lamp, 1),
        (tray, 0),
    ]
    assert [await shop.stock(each) for each in (mug, lamp, tray)] == [(5, 0), (1, 0), (0, 0)]


async def test_a_variant_that_is_gone_is_out_of_stock(shop: Shop, factory: Factory) -> None:
    gone = await factory.category()

    with pytest.raises(Refusals) as refused:
        async with shop.transaction() as session:
            await inventory.reserve(session, {gone: 1})

    assert [error.values["available"] for error in refused.value.errors] == [0]


async def test_those_who_want_the_same_in_other_orders_do_not_deadlock(shop: Shop) -> None:
    variants = [await shop.variant(stock=1000) for _ in range(5)]
    seen = []
    for change in (inventory.reserve, inventory.take, inventory.put_back):

        async def changed(first: int, change: Change = change) -> None:
            wanted = variants[first:] + variants[:first]
            async with shop.transaction() as session:
                await change(session, dict.fromkeys(wanted, 1))

        await asyncio.gather(*(changed(n % 5) for n in range(60)))
        seen.append([await shop.stock(each) for each in variants])

    assert seen == [[(1000, 60)] * 5, [(940, 0)] * 5, [(1000, 0)] * 5]


async def test_what_is_left_goes_to_one_of_those_who_want_it_at_once(shop: Shop) -> None:
    mug, lamp = await shop.variant(stock=1), await shop.variant(stock=1000)

    async def reserve() -> bool:
        try:
            async with shop.transaction() as session:
                await inventory.reserve(session, {lamp: 1, mug: 1})
        except Refusals:
            return False
        return True

    reserved = await asyncio.gather(*(reserve() for _ in range(20)))

    assert reserved.count(True) == 1
    assert [await shop.stock(each) for each in (mug, lamp)] == [(1, 1), (1000, 1)]
