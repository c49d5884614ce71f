"""Two transactions at a cart at once: nothing is lost, and nobody waits in a circle."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.viewer import Viewer
from models import Cart
from services import carts
from services.carts import CartChoice, LineAddition
from services.carts.errors import CartNotFound, OutOfStock
from tests.services.carts.shop import HOLDER, SECRET, Shop

pytestmark = pytest.mark.anyio

OWN = CartChoice()
OTHER = b"o" * 32
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
Command = Callable[[AsyncSession], Coroutine[Any, Any, Any]]


def add(viewer: Viewer, variant: UUID, quantity: int = 1) -> Command:
    return lambda session: carts.add_lines(session, viewer, OWN, [LineAddition(variant, quantity)])


def merge(account: UUID, secret: bytes = SECRET) -> Command:
    return lambda session: carts.merge_into_account(session, account, secret)


async def second_waits_for_first(shop: Shop, first: Command, second: Command) -> object:
    """Commit the first only when the second waits for it, and return what became of the second."""
    async with shop.session() as session:
        await first(session)
        waiting = asyncio.create_task(run(shop, second))
        await until_somebody_waits(shop, waiting)
    return (await asyncio.gather(waiting, return_exceptions=True))[0]


async def run(shop: Shop, command: Command) -> Any:
    async with shop.session() as session:
        return await command(session)


async def until_somebody_waits(shop: Shop, waiting: asyncio.Task[Any]) -> None:
    # Each look is a transaction of its own, because within one PostgreSQL shows the same picture.
    while not (await shop.database.fetch(WAITING, {}))[0][0]:
        assert not waiting.done()


async def test_adding_the_same_variant_adds_up(shop: Shop) -> None:
    mug = await shop.variant(stock=99)
    cart = await shop.anonymous()
    await second_waits_for_first(shop, add(HOLDER, mug), add(HOLDER, mug, 2))

    assert await shop.quantities(cart) == {"mug": 3}
    assert (await shop.cart(cart))["version"] == 3


async def test_many_additions_add_up(shop: Shop) -> None:
    mug = await shop.variant(stock=99)
    cart = await shop.anonymous()
    await asyncio.gather(*[run(shop, add(HOLDER, mug)) for _ in range(20)])

    assert await shop.quantities(cart) == {"mug": 20}
    assert (await shop.cart(cart))["version"] == 21


async def test_the_second_sees_what_the_first_left(shop: Shop) -> None:
    mug = await shop.variant(stock=5)
    cart = await shop.anonymous()
    refused = await second_waits_for_first(shop, add(HOLDER, mug, 3), add(HOLDER, mug, 3))

    assert isinstance(refused, OutOfStock)
    assert await shop.quantities(cart) == {"mug": 3}


async def test_an_account_gets_one_cart_from_two_additions(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant()
    await second_waits_for_first(shop, add(Viewer(account), mug), add(Viewer(account), mug, 2))

    [cart] = await shop.rows(Cart)
    assert await shop.quantities(cart["id"]) == {"mug": 3}


async def test_logging_in_twice_merges_once(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant()
    own = await shop.owned(account, (mug, 1))
    await shop.anonymous((mug, 1))
    answer = await second_waits_for_first(shop, merge(account), merge(account))

    assert answer == own
    assert await shop.quantities(own) == {"mug": 2}


async def test_an_adopted_cart_is_found_by_who_waited(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant()
    cart = await shop.anonymous((mug, 1))
    answer = await second_waits_for_first(shop, merge(account), merge(account))

    assert answer == cart
    assert await shop.quantities(cart) == {"mug": 1}


async def test_two_anonymous_carts_join_one_account(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant()
    cart = await shop.anonymous((mug, 1))
    await shop.anonymous((mug, 2), secret=OTHER)
    answer = await second_waits_for_first(shop, merge(account), merge(account, OTHER))

    assert answer == cart
    assert await shop.quantities(cart) == {"mug": 3}


async def test_two_accounts_do_not_get_one_cart(shop: Shop) -> None:
    one, other = await shop.factory.account(), await shop.factory.account()
    cart = await shop.anonymous((await shop.variant(), 1))
    answer = await second_waits_for_first(shop, merge(one), merge(other))

    assert answer is None
    assert (await shop.cart(cart))["account_id"] == one


async def test_what_is_added_before_a_merge_comes_along(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant()
    own = await shop.owned(account, (mug, 1))
    await shop.anonymous((mug, 1))
    await second_waits_for_first(shop, add(HOLDER, mug, 2), merge(account))

    assert await shop.quantities(own) == {"mug": 4}


async def test_what_is_added_after_a_merge_is_refused(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant()
    own = await shop.owned(account, (mug, 1))
    await shop.anonymous((mug, 1))
    refused = await second_waits_for_first(shop, merge(account), add(HOLDER, mug, 2))

    assert isinstance(refused, CartNotFound)
    assert await shop.quantities(own) == {"mug": 2}


async def test_an_addition_to_the_account_waits_for_a_merge(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant(stock=9)
    cart = await shop.anonymous((mug, 1))
    await second_waits_for_first(shop, merge(account), add(Viewer(account), mug, 2))

    assert await shop.quantities(cart) == {"mug": 3}
    assert len(await shop.rows(Cart)) == 1


async def test_a_merge_waits_for_an_addition_that_opens_the_account_s_cart(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant(stock=9)
    await shop.anonymous((mug, 1))
    own = await second_waits_for_first(shop, add(Viewer(account), mug, 2), merge(account))

    assert isinstance(own, UUID)
    assert await shop.quantities(own) == {"mug": 3}


async def test_all_at_once_end_in_one_cart_with_everything(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant(stock=99)
    secrets = [bytes([number]) * 32 for number in range(6)]
    for secret in secrets:
        await shop.anonymous((mug, 1), secret=secret)
    commands = [merge(account, secret) for secret in secrets * 2]
    commands += [add(Viewer(account), mug) for _ in range(6)]
    await asyncio.gather(*[run(shop, command) for command in commands])

    [cart] = [row for row in await shop.rows(Cart) if row["status"] == "open"]
    assert await shop.quantities(cart["id"]) == {"mug": 12}
