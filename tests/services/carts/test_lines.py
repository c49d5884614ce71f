"""What the commands of lines do to a cart."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from core.viewer import Viewer
from models import Cart, CartLine, Variant
from services import carts
from services.carts import CartChoice, LineAddition, LineChange
from tests.services.carts.shop import HOLDER, SECRET, Shop

pytestmark = pytest.mark.anyio

OWN = CartChoice()


async def test_an_anonymous_cart_keeps_only_the_hash_of_its_secret(shop: Shop) -> None:
    cart = await shop.cart(await shop.anonymous())

    assert (cart["account_id"], cart["secret_hash"]) == (None, SECRET)
    assert (cart["status"], cart["version"], cart["currency"]) == ("open", 1, None)


async def test_an_account_has_one_open_cart(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant()
    first = await shop.owned(account, (mug, 1))

    assert await shop.owned(account, (mug, 2)) == first
    assert await shop.quantities(first) == {"mug": 3}


async def test_opening_the_open_cart_changes_nothing(shop: Shop) -> None:
    account = await shop.factory.account()
    cart = await shop.owned(account, (await shop.variant(), 1))
    before = await shop.everything()

    assert await shop.owned(account) == cart
    assert await shop.everything() == before


async def test_adds_to_a_line_and_makes_others(shop: Shop) -> None:
    mug, lamp = await shop.variant("mug", stock=9), await shop.variant("lamp")
    cart = await shop.anonymous((mug, 2))
    async with shop.session() as session:
        answer = await carts.add_lines(
            session,
            HOLDER,
            CartChoice(cart, 2),
            [LineAddition(lamp, 1), LineAddition(mug, 3), LineAddition(mug, 1)],
        )

    assert answer == {"cart_id": cart}
    assert await shop.quantities(cart) == {"mug": 6, "lamp": 1}


async def test_each_change_counts_and_starts_the_life_anew(shop: Shop) -> None:
    mug = await shop.variant()
    cart = await shop.anonymous((mug, 1))
    async with shop.session() as session:
        soon = datetime.now(UTC) + timedelta(hours=1)
        await session.execute(update(Cart).values(expires_at=soon))
    async with shop.session() as session:
        await carts.add_lines(session, HOLDER, OWN, [LineAddition(mug, 1)])

    row = await shop.cart(cart)
    assert (row["version"], row["currency"]) == (3, "EUR")
    assert row["expires_at"] == row["updated_at"] + timedelta(days=30)


async def test_a_line_remembers_the_price_when_it_was_last_chosen(shop: Shop) -> None:
    mug, lamp = await shop.variant("mug", price_minor=100), await shop.variant("lamp")
    await shop.anonymous((mug, 1), (lamp, 1))
    async with shop.session() as session:
        await session.execute(update(Variant).values(price_minor=120))
    async with shop.session() as session:
        await carts.add_lines(session, HOLDER, OWN, [LineAddition(mug, 1)])

    lines = {line["variant_id"]: line["seen_price_minor"] for line in await shop.rows(CartLine)}
    assert lines == {mug: 120, lamp: 1000}


async def test_an_account_without_a_cart_gets_one(shop: Shop) -> None:
    account, mug = await shop.factory.account(), await shop.variant()
    async with shop.session() as session:
        answer = await carts.add_lines(session, Viewer(account), OWN, [LineAddition(mug, 2)])

    assert (await shop.cart(answer["cart_id"]))["account_id"] == account
    assert await shop.quantities(answer["cart_id"]) == {"mug": 2}


async def test_sets_quantities_and_takes_out_what_is_set_to_none(shop: Shop) -> None:
    mug, lamp, rug = [await shop.variant(name) for name in ("mug", "lamp", "rug")]
    cart = await shop.anonymous((mug, 1), (lamp, 1), (rug, 1))
    lines = {line["variant_id"]: line["id"] for line in await shop.rows(CartLine)}
    async with shop.session() as session:
        await carts.update_lines(
            session,
            HOLDER,
            CartChoice(cart, 2),
            [LineChange(lines[mug], 5), LineChange(lines[lamp], 0)],
        )

    assert await shop.quantities(cart) == {"mug": 5, "rug": 1}
    assert (await shop.cart(cart))["version"] == 3


async def test_removes_lines(shop: Shop) -> None:
    mug, lamp = await shop.variant("mug"), await shop.variant("lamp")
    cart = await shop.anonymous((mug, 1), (lamp, 1))
    lines = {line["variant_id"]: line["id"] for line in await shop.rows(CartLine)}
    async with shop.session() as session:
        await carts.remove_lines(session, HOLDER, OWN, [lines[mug]])

    assert await shop.quantities(cart) == {"lamp": 1}


async def test_an_emptied_cart_takes_another_currency(shop: Shop) -> None:
    mug, dollar = await shop.variant("mug"), await shop.variant("dollar", currency="USD")
    cart = await shop.anonymous((mug, 1))
    async with shop.session() as session:
        await carts.clear(session, HOLDER, OWN)
    assert (await shop.cart(cart))["currency"] is None
    async with shop.session() as session:
        await carts.add_lines(session, HOLDER, OWN, [LineAddition(dollar, 1)])

    assert (await shop.cart(cart))["currency"] == "USD"
    assert await shop.quantities(cart) == {"dollar": 1}


async def test_removing_the_last_line_empties_the_cart(shop: Shop) -> None:
    cart = await shop.anonymous((await shop.variant(), 1))
    [line] = await shop.rows(CartLine)
    async with shop.session() as session:
        await carts.remove_lines(session, HOLDER, OWN, [line["id"]])

    assert (await shop.cart(cart))["currency"] is None


@pytest.mark.parametrize("lines", [2, 30])
async def test_the_statements_do_not_grow_with_the_lines(
    shop: Shop, all_statements: list[str], lines: int
) -> None:
    variants = [await shop.variant(str(number), stock=9) for number in range(lines)]
    await shop.anonymous()
    costs = []
    all_statements.clear()
    async with shop.session() as session:
        await carts.add_lines(session, HOLDER, OWN, [LineAddition(each, 1) for each in variants])
    costs.append(len(all_statements))

    ids = [line["id"] for line in await shop.rows(CartLine)]
    all_statements.clear()
    async with shop.session() as session:
        changes = [LineChange(each, number % 2 * 5) for number, each in enumerate(ids)]
        await carts.update_lines(session, HOLDER, OWN, changes)
    costs.append(len(all_statements))

    ids = [line["id"] for line in await shop.rows(CartLine)]
    assert len(ids) == lines // 2
    all_statements.clear()
    async with shop.session() as session:
        await carts.remove_lines(session, HOLDER, OWN, ids)
    costs.append(len(all_statements))

    assert costs == [3, 3, 2]
