"""Prices and stocks, of many variants at once."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, update

from core.errors import BadInput, Refusals
from models import Event, Product, StockLevel, Variant
from services import catalog
from services.catalog.errors import ProductVariantNotFound, StockBelowReserved
from services.catalog.values import MOST_STOCK, PriceSetting, StockSetting
from tests.services.catalog.shop import Shop

pytestmark = pytest.mark.anyio


async def cups(shop: Shop, number: int) -> list[UUID]:
    """Make products of the merchant, with a variant each."""
    made = []
    for _ in range(number):
        product = await shop.factory.product(
            category=shop.category, merchant_id=shop.merchant.account_id
        )
        made.append(await shop.factory.variant(product=product))
    return made


async def reserve(shop: Shop, variant: UUID, number: int) -> None:
    async with shop.database.session.begin() as session:
        level = StockLevel.variant_id == variant
        await session.execute(update(StockLevel).where(level).values(reserved=number))


async def test_prices_are_set_and_ranges_follow(shop: Shop) -> None:
    second = await shop.factory.variant(product=shop.mug, price_minor=1200)
    (cup,) = await cups(shop, 1)
    prices = [PriceSetting(second, 3000), PriceSetting(shop.variant, 1000), PriceSetting(cup, 5)]
    outcome = await shop.do(catalog.set_prices, shop.merchant, prices)

    assert outcome == {"variant_ids": [second, shop.variant, cup]}
    costs = {row["id"]: row["price_minor"] for row in await shop.rows(Variant)}
    assert costs == {second: 3000, shop.variant: 1000, cup: 5}
    ranges = [(row["price_from_minor"], row["price_to_minor"]) for row in await shop.rows(Product)]
    assert ranges == [(1000, 3000), (5, 5)]
    assert await shop.events() == ["product.price_changed"] * 2


async def test_a_price_that_stays_is_no_event(shop: Shop) -> None:
    before = await shop.everything()
    await shop.do(catalog.set_prices, shop.merchant, [PriceSetting(shop.variant, 1000)])

    assert await shop.everything() == before


async def test_one_foreign_variant_refuses_all_prices(shop: Shop) -> None:
    foreign = await shop.factory.variant(product=await shop.factory.product())
    before = await shop.everything()
    prices = [PriceSetting(shop.variant, 1), PriceSetting(foreign, 1), PriceSetting(uuid4(), 1)]

    with pytest.raises(Refusals) as raised:
        await shop.do(catalog.set_prices, shop.merchant, prices)

    assert [(type(error), error.values["path"]) for error in raised.value.errors] == [
        (ProductVariantNotFound, ("prices", "1", "variant")),
        (ProductVariantNotFound, ("prices", "2", "variant")),
    ]
    assert await shop.everything() == before


async def test_stocks_are_counted_or_changed(shop: Shop) -> None:
    (cup,) = await cups(shop, 1)
    stocks = [StockSetting(shop.variant, on_hand=40), StockSetting(cup, change=-2)]
    outcome = await shop.do(catalog.set_stocks, shop.merchant, stocks)

    assert outcome == {"variant_ids": [shop.variant, cup]}
    levels = {row["variant_id"]: row["on_hand"] for row in await shop.rows(StockLevel)}
    assert levels == {shop.variant: 40, cup: 3}
    assert await shop.events() == ["product.stock_changed"] * 2
    payloads = [row["payload"]["variants"][0]["onHand"] for row in await shop.rows(Event)]
    assert sorted(payloads) == [3, 40]


async def test_a_stock_that_stays_is_no_event(shop: Shop) -> None:
    before = await shop.everything()
    await shop.do(catalog.set_stocks, shop.merchant, [StockSetting(shop.variant, on_hand=5)])

    assert await shop.everything() == before


async def test_a_variant_without_a_stock_row_gets_one(shop: Shop) -> None:
    async with shop.database.session.begin() as session:
        await session.execute(delete(StockLevel))
    await shop.do(catalog.set_stocks, shop.admin, [StockSetting(shop.variant, change=2)])

    assert [(row["on_hand"], row["reserved"]) for row in await shop.rows(StockLevel)] == [(2, 0)]


async def test_no_stock_goes_below_what_is_reserved(shop: Shop) -> None:
    (cup,) = await cups(shop, 1)
    await reserve(shop, shop.variant, 3)
    await reserve(shop, cup, 4)
    before = await shop.everything()
    stocks = [StockSetting(shop.variant, on_hand=2), StockSetting(cup, change=-2)]

    with pytest.raises(Refusals) as raised:
        await shop.do(catalog.set_stocks, shop.merchant, stocks)

    first, second = raised.value.errors
    assert isinstance(first, StockBelowReserved)
    assert isinstance(second, StockBelowReserved)
    assert (first.variant_id, first.values) == (
        shop.variant,
        {"path": ("stocks", "0"), "reserved": 3},
    )
    assert (second.variant_id, second.values["reserved"]) == (cup, 4)
    assert await shop.everything() == before


async def test_exactly_what_is_reserved_may_be_left(shop: Shop) -> None:
    await reserve(shop, shop.variant, 3)
    await shop.do(catalog.set_stocks, shop.merchant, [StockSetting(shop.variant, on_hand=3)])

    assert (await shop.row(StockLevel, variant_id=shop.variant))["on_hand"] == 3


@pytest.mark.parametrize("change", [1, MOST_STOCK])
async def test_no_stock_is_beyond_what_can_be_kept(shop: Shop, change: int) -> None:
    await shop.do(
        catalog.set_stocks, shop.merchant, [StockSetting(shop.variant, on_hand=MOST_STOCK)]
    )
    before = await shop.everything()

    with pytest.raises(BadInput):
        await shop.do(
            catalog.set_stocks, shop.merchant, [StockSetting(shop.variant, change=change)]
        )

    assert await shop.everything() == before


async def test_a_variant_is_named_once(shop: Shop) -> None:
    before = await shop.everything()

    with pytest.raises(BadInput):
        await shop.do(catalog.set_prices, shop.merchant, [PriceSetting(shop.variant, 1)] * 2)
    with pytest.raises(BadInput):
        await shop.do(
            catalog.set_stocks, shop.merchant, [StockSetting(shop.variant, on_hand=1)] * 2
        )

    assert await shop.everything() == before


async def test_many_variants_cost_the_statements_of_few(
    shop: Shop, all_statements: list[str]
) -> None:
    variants = await cups(shop, 32)
    costs = []
    for number, chosen in ((2, variants[:2]), (30, variants[2:])):
        assert len(chosen) == number
        all_statements.clear()
        await shop.do(catalog.set_prices, shop.merchant, [PriceSetting(each, 7) for each in chosen])
        prices = len(all_statements)
        await shop.do(
            catalog.set_stocks, shop.merchant, [StockSetting(each, on_hand=7) for each in chosen]
        )
        costs.append((prices, len(all_statements) - prices))

    assert costs == [(9, 9), (9, 9)]
