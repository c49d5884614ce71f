"""Many who buy at once, over a pool of real connections."""

import asyncio

import pytest
from sqlalchemy import text

from core.database import Database
from core.errors import Refusals
from services.checkout import Completed
from services.order_placing import CartAlreadyOrdered
from tests.buying import Basket, Shop
from tests.factories import Factory

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)


async def test_fifty_buyers_on_a_stock_of_seven_buy_seven(shop: Shop) -> None:
    mug = await shop.variant(stock=7)
    baskets = [await shop.basket({mug: 1}) for _ in range(50)]

    outcomes = await asyncio.gather(*(attempted(shop, basket) for basket in baskets))

    assert sorted(outcomes) == ["OUT_OF_STOCK"] * 43 + ["bought"] * 7
    assert await shop.stock(mug) == (0, 0)
    assert await shop.charges() == [("charged", 1490)] * 7
    assert await shop.rows(text("SELECT status, count(*) FROM orders GROUP BY 1")) == [
        ("confirmed", 7)
    ]
    assert await shop.rows(text("SELECT status, count(*) FROM carts GROUP BY 1 ORDER BY 1")) == [
        ("open", 43),
        ("ordered", 7),
    ]


async def attempted(shop: Shop, basket: Basket) -> str:
    try:
        await shop.buy(basket)
    except Refusals as refused:
        (error,) = refused.errors
        return error.code
    return "bought"


async def test_buyers_of_the_same_things_in_other_orders_all_buy(shop: Shop) -> None:
    variants = [await shop.variant(stock=100) for _ in range(6)]
    baskets = [
        await shop.basket(dict.fromkeys(variants[n % 6 :] + variants[: n % 6], 1))
        for n in range(30)
    ]
    tokens = ["success", "decline", "slow"] * 10

    completed = await asyncio.gather(
        *(shop.buy(basket, payment=token) for basket, token in zip(baskets, tokens, strict=True))
    )

    assert [each.declined is not None for each in completed] == [False, True, False] * 10
    assert [await shop.stock(variant) for variant in variants] == [(80, 0)] * 6


@pytest.mark.parametrize("token", ["success", "slow", "decline"])
async def test_twins_with_a_key_have_one_outcome(shop: Shop, token: str) -> None:
    mug = await shop.variant(stock=5)
    basket = await shop.basket({mug: 2})

    completed = await asyncio.gather(*(shop.buy(basket, "key", payment=token) for _ in range(20)))

    declined = token == "decline"  # noqa: S105 - it is a word and no secret.
    assert len({each.order_id for each in completed}) == 1
    assert [each.declined is not None for each in completed] == [declined] * 20
    assert await shop.charges() == [("declined" if declined else "charged", 2490)]
    assert await shop.stock(mug) == ((5, 0) if declined else (3, 0))
    assert (await shop.cart(basket)).version == (3 if declined else 2)
    assert await shop.events() == [
        "order.placed",
        "order.cancelled" if declined else "order.confirmed",
    ]


async def test_keys_of_one_cart_make_one_order(shop: Shop) -> None:
    mug = await shop.variant(stock=5)
    basket = await shop.basket({mug: 1})

    outcomes = await asyncio.gather(
        *(shop.buy(basket, f"key-{n}") for n in range(10)), return_exceptions=True
    )

    (bought,) = [each for each in outcomes if isinstance(each, Completed)]
    refused = [each for each in outcomes if isinstance(each, CartAlreadyOrdered)]
    assert [each.order_id for each in refused] == [bought.order_id] * 9
    assert await shop.charges() == [("charged", 1490)]
    assert await shop.stock(mug) == (4, 0)
