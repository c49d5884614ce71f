"""Staff and orders at the same stock at once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from core.errors import Refusals
from models import Event, StockLevel
from services import catalog, inventory
from services.catalog.errors import SkuTaken, SlugTaken
from services.catalog.values import NewProduct, NewVariant, PriceSetting, StockSetting
from tests.services.catalog.shop import Shop

pytestmark = pytest.mark.anyio

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def until_they_wait(shop: Shop, number: int, *tasks: asyncio.Task[Any]) -> None:
    while (await shop.database.fetch(WAITING, {}))[0][0] < number:
        assert not any(task.done() for task in tasks)


async def test_stock_is_never_set_below_a_reservation_made_meanwhile(shop: Shop) -> None:
    async with shop.database.session.begin() as session:
        await inventory.reserve(session, {shop.variant: 4})
        setting = asyncio.create_task(
            shop.do(catalog.set_stocks, shop.merchant, [StockSetting(shop.variant, on_hand=3)])
        )
        await until_they_wait(shop, 1, setting)

    with pytest.raises(Refusals):
        await setting
    level = await shop.row(StockLevel, variant_id=shop.variant)
    assert (level["on_hand"], level["reserved"]) == (5, 4)


async def test_a_reservation_sees_the_stock_set_meanwhile(shop: Shop) -> None:
    async with shop.database.session.begin() as session:
        lower = [StockSetting(shop.variant, on_hand=3)]
        await catalog.set_stocks(session, shop.merchant, lower)
        reserving = asyncio.create_task(shop.do(inventory.reserve, {shop.variant: 4}))
        await until_they_wait(shop, 1, reserving)

    with pytest.raises(Refusals):
        await reserving
    level = await shop.row(StockLevel, variant_id=shop.variant)
    assert (level["on_hand"], level["reserved"]) == (3, 0)


async def test_changes_at_once_add_up(shop: Shop) -> None:
    second = await shop.factory.variant(product=shop.mug, stock=5)
    both = [shop.variant, second]
    up = [StockSetting(each, change=1) for each in both]
    down = [StockSetting(each, change=-1) for each in reversed(both)]
    await asyncio.gather(
        *(shop.do(catalog.set_stocks, shop.merchant, up) for _ in range(4)),
        *(shop.do(catalog.set_stocks, shop.admin, down) for _ in range(3)),
        *(shop.do(inventory.reserve, dict.fromkeys(both, 1)) for _ in range(2)),
    )

    levels = await shop.rows(StockLevel)
    assert [(row["on_hand"], row["reserved"]) for row in levels] == [(6, 2), (6, 2)]
    assert [row["sequence"] for row in await shop.rows(Event)] == [1, 2, 3, 4, 5, 6, 7]


async def test_prices_set_at_once_leave_a_true_range(shop: Shop) -> None:
    second = await shop.factory.variant(product=shop.mug, price_minor=1000)
    await asyncio.gather(
        shop.do(catalog.set_prices, shop.merchant, [PriceSetting(shop.variant, 500)]),
        shop.do(catalog.set_prices, shop.admin, [PriceSetting(second, 2000)]),
    )

    (product,) = (await shop.everything())["products"]
    assert (product["price_from_minor"], product["price_to_minor"]) == (500, 2000)


@pytest.mark.parametrize(
    ("second", "refusal"),
    [({"slug": "cup", "variants": ()}, SlugTaken), ({"slug": "other"}, SkuTaken)],
)
async def test_of_two_that_want_a_name_at_once_one_is_told(
    shop: Shop, second: dict[str, Any], refusal: type[Exception]
) -> None:
    first: dict[str, Any] = {"name": "Cup", "category_id": shop.category, "currency": "EUR"}
    first |= {"slug": "cup", "variants": (NewVariant("CUP", 1),)}
    async with shop.database.session.begin() as session:
        await catalog.create_product(session, shop.merchant, NewProduct(**first))
        late = asyncio.create_task(
            shop.do(catalog.create_product, shop.other, NewProduct(**first | second))
        )
        await until_they_wait(shop, 1, late)

    with pytest.raises(refusal):
        await late
    assert [row["slug"] for row in (await shop.everything())["products"]] == ["mug", "cup"]
