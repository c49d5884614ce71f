"""What becomes of an anonymous cart when its shopper logs in."""

from uuid import UUID

import pytest
from sqlalchemy import update

from core.viewer import Viewer
from models import CartLine, Variant
from services import carts
from services.carts import CartChoice
from services.carts.errors import CartNotFound
from tests.services.carts.shop import HOLDER, SECRET, Shop

pytestmark = pytest.mark.anyio


async def merge(shop: Shop, account: UUID, secret: bytes | None = SECRET) -> UUID | None:
    async with shop.session() as session:
        return await carts.merge_into_account(session, account, secret)


async def test_an_account_without_a_cart_gets_the_anonymous_one(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant()
    cart = await shop.anonymous((mug, 2))

    assert await merge(shop, account) == cart
    row = await shop.cart(cart)
    assert (row["account_id"], row["secret_hash"]) == (account, None)
    assert (row["status"], row["version"], row["currency"]) == ("open", 3, "EUR")
    assert await shop.quantities(cart) == {"mug": 2}


async def test_quantities_add_up(shop: Shop) -> None:
    account = await shop.factory.account()
    mug, lamp, rug = [await shop.variant(name) for name in ("mug", "lamp", "rug")]
    own = await shop.owned(account, (mug, 1), (lamp, 2))
    anonymous = await shop.anonymous((mug, 3), (rug, 4))

    assert await merge(shop, account) == own
    assert await shop.quantities(own) == {"mug": 4, "lamp": 2, "rug": 4}
    assert await shop.quantities(anonymous) == {}
    assert [(await shop.cart(each))["status"] for each in (own, anonymous)] == ["open", "merged"]
    assert (await shop.cart(own))["version"] == 3


async def test_a_sum_ends_at_the_largest_quantity(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant(stock=2000)
    own = await shop.owned(account, (mug, 600))
    await shop.anonymous((mug, 600))
    await merge(shop, account)

    assert await shop.quantities(own) == {"mug": 999}


async def test_the_price_that_was_seen_last_stays(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant(price_minor=100)
    await shop.owned(account, (mug, 1))
    async with shop.session() as session:
        await session.execute(update(Variant).values(price_minor=120))
    await shop.anonymous((mug, 1))
    await merge(shop, account)

    assert [line["seen_price_minor"] for line in await shop.rows(CartLine)] == [120]


async def test_an_empty_cart_takes_the_currency_of_the_other(shop: Shop) -> None:
    account, dollar = await shop.factory.account(), await shop.variant("dollar", currency="USD")
    own = await shop.owned(account)
    await shop.anonymous((dollar, 1))
    await merge(shop, account)

    assert (await shop.cart(own))["currency"] == "USD"


async def test_carts_of_two_currencies_stay_two(shop: Shop) -> None:
    account = await shop.factory.account()
    mug, dollar = await shop.variant("mug"), await shop.variant("dollar", currency="USD")
    own = await shop.owned(account, (mug, 1))
    await shop.anonymous((dollar, 1))
    before = await shop.everything()

    assert await merge(shop, account) == own
    assert await shop.everything() == before


async def test_carts_with_too_many_lines_together_stay_two(shop: Shop) -> None:
    account, product = await shop.factory.account(), await shop.factory.product()
    variants = [await shop.factory.variant(product=product) for _ in range(101)]
    await shop.owned(account, *[(each, 1) for each in variants[:60]])
    await shop.anonymous(*[(each, 1) for each in variants[60:]])
    before = await shop.everything()
    await merge(shop, account)

    assert await shop.everything() == before


@pytest.mark.parametrize("secret", [None, b"o" * 32])
async def test_without_a_cart_nothing_changes(shop: Shop, secret: bytes | None) -> None:
    account = await shop.factory.account()
    await shop.anonymous((await shop.variant(), 1))
    before = await shop.everything()

    assert await merge(shop, account, secret) is None
    assert await shop.everything() == before


async def test_a_merged_cart_is_not_merged_again(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant()
    await shop.owned(account, (mug, 1))
    await shop.anonymous((mug, 1))
    own = await merge(shop, account)
    before = await shop.everything()

    assert await merge(shop, account) == own
    assert await shop.everything() == before


async def test_the_secret_opens_a_merged_cart_no_longer(shop: Shop) -> None:
    account = await shop.factory.account()
    cart = await shop.anonymous((await shop.variant(), 1))
    await merge(shop, account)
    with pytest.raises(CartNotFound):
        async with shop.session() as session:
            await carts.clear(session, HOLDER, CartChoice(cart))
    async with shop.session() as session:
        await carts.clear(session, Viewer(account), CartChoice(cart))

    assert await shop.quantities(cart) == {}


async def test_a_cart_of_another_account_is_not_taken(shop: Shop) -> None:
    one, other = await shop.factory.account(), await shop.factory.account()
    cart = await shop.anonymous((await shop.variant(), 1))
    await merge(shop, one)

    assert await merge(shop, other) is None
    assert (await shop.cart(cart))["account_id"] == one


@pytest.mark.parametrize("lines", [2, 30])
async def test_the_statements_do_not_grow_with_the_lines(
    shop: Shop, all_statements: list[str], lines: int
) -> None:
    account = await shop.factory.account()
    variants = [await shop.variant(str(number)) for number in range(lines)]
    await shop.owned(account, *[(each, 1) for each in variants])
    await shop.anonymous(*[(each, 1) for each in variants])
    all_statements.clear()
    await merge(shop, account)

    # The savepoint is opened and released; the carts are locked, counted, joined and emptied, and
    # both are changed.
    assert len(all_statements) == 8
    assert len(await shop.rows(CartLine)) == lines
