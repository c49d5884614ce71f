"""Stock and price of a variant followed live, by anybody who sees it, and nothing of who buys."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from core.cursors import encode_cursor
from core.database import Database
from core.ids import encode_id
from core.viewer import ANONYMOUS
from models import EventCounter, Variant
from services import catalog
from services.catalog.values import PriceSetting, StockSetting
from services.catalog_import import import_catalogue
from tests.buying import Shop as Counter
from tests.factories import Factory
from tests.schema.live.following import Shop
from tests.services.catalog.shop import Shop as Catalogue
from tests.services.catalog.shop import open_shop
from tests.services.catalog_import.articles import article

pytestmark = pytest.mark.anyio

FOLLOW = """
subscription Follow($id: ID!, $after: String) {
  variantUpdated(id: $id, after: $after) {
    cursor change occurredAt variant { availableQuantity price { minorUnits } }
  }
}
"""


@pytest.fixture
async def mugs(database: Database, factory: Factory) -> Catalogue:
    return await open_shop(database, factory)


def seen(update_: dict[str, Any]) -> tuple[str | None, int, int]:
    variant = update_["variant"]
    return update_["change"], variant["availableQuantity"], variant["price"]["minorUnits"]


async def set_offer(mugs: Catalogue, *, price: int | None = None, stock: int | None = None) -> None:
    if price is not None:
        await mugs.do(catalog.set_prices, mugs.merchant, [PriceSetting(mugs.variant, price)])
    if stock is not None:
        await mugs.do(catalog.set_stocks, mugs.merchant, [StockSetting(mugs.variant, stock)])


async def test_the_state_comes_first_and_then_each_change_of_price_and_stock(
    shop: Shop, mugs: Catalogue
) -> None:
    async with shop.following(ANONYMOUS, FOLLOW, id=mugs.ids["variant"]) as followed:
        updates = [await followed.next()]
        await set_offer(mugs, price=900)
        await shop.tell()
        updates.append(await followed.next())
        await set_offer(mugs, stock=7)
        await shop.tell()
        updates.append(await followed.next())
    after = updates[0]["cursor"]
    async with shop.following(ANONYMOUS, FOLLOW, id=mugs.ids["variant"], after=after) as followed:
        resumed = [await followed.next(), await followed.next()]
    assert list(map(seen, updates)) == [(None, 5, 1000), ("PRICE", 5, 900), ("STOCK", 7, 900)]
    assert list(map(seen, resumed)) == [("PRICE", 7, 900), ("STOCK", 7, 900)]
    assert [each["cursor"] for each in resumed] == [each["cursor"] for each in updates[1:]]
    assert [each["occurredAt"] is None for each in updates] == [True, False, False]


async def test_what_somebody_buys_is_told_as_less_stock_and_once(
    shop: Shop, mugs: Catalogue, database: Database, factory: Factory
) -> None:
    counter = Counter(database, factory)
    other = await counter.variant()
    async with shop.following(ANONYMOUS, FOLLOW, id=mugs.ids["variant"]) as followed:
        await followed.next()
        await counter.buy(await counter.basket({other: 1}))
        # It is placed and then confirmed, which takes nothing more.
        await counter.buy(await counter.basket({mugs.variant: 2}))
        await set_offer(mugs, price=900)
        await shop.tell()
        updates = [await followed.next(), await followed.next()]
    assert list(map(seen, updates)) == [("STOCK", 3, 900), ("PRICE", 3, 900)]


async def test_what_an_import_changes_is_told(shop: Shop, database: Database) -> None:
    await import_catalogue(database, [article(1)])
    await shop.tell()
    ((id_,),) = await database.fetch(select(Variant.id).where(Variant.sku == "SKU-1"), {})
    async with shop.following(ANONYMOUS, FOLLOW, id=encode_id("variant", id_)) as followed:
        await followed.next()
        await import_catalogue(database, [article(1, price_minor=150, synthetic_stock=8)])
        await shop.tell()
        assert seen(await followed.next()) == ("PRODUCT", 8, 150)


async def test_it_ends_when_the_variant_goes_off_sale(shop: Shop, mugs: Catalogue) -> None:
    async with shop.following(ANONYMOUS, FOLLOW, id=mugs.ids["variant"]) as followed:
        await followed.next()
        await mugs.do(catalog.retire_product, mugs.merchant, mugs.mug)
        await shop.tell()
        assert await followed.error() == "VARIANT_NOT_FOUND"
    async with shop.following(ANONYMOUS, FOLLOW, id=mugs.ids["variant"]) as followed:
        assert await followed.error() == "VARIANT_NOT_FOUND"
    async with shop.following(mugs.merchant, FOLLOW, id=mugs.ids["variant"]) as followed:
        assert seen(await followed.next()) == (None, 5, 1000)


async def test_a_draft_is_followed_by_its_merchant_alone(
    shop: Shop, mugs: Catalogue, factory: Factory
) -> None:
    draft = await factory.product(status="draft", merchant_id=mugs.merchant.account_id)
    variant = encode_id("variant", await factory.variant(product=draft))
    async with shop.following(mugs.other, FOLLOW, id=variant) as followed:
        assert await followed.error() == "VARIANT_NOT_FOUND"
    async with shop.following(mugs.merchant, FOLLOW, id=variant) as followed:
        assert seen(await followed.next()) == (None, 5, 1000)


async def expire(database: Database, through: int) -> None:
    async with database.session.begin() as session:
        await session.execute(update(EventCounter).values(expired_through=through))


@pytest.mark.parametrize(
    ("position", "code"), [(0, "CURSOR_EXPIRED"), (1, "CURSOR_EXPIRED"), (4, "CURSOR_AHEAD")]
)
async def test_a_cursor_that_is_too_old_or_from_the_future_is_refused(
    shop: Shop, mugs: Catalogue, database: Database, position: int, code: str
) -> None:
    for price in (900, 800, 700):
        await set_offer(mugs, price=price)
    await shop.tell()
    await expire(database, 2)
    after = encode_cursor("events", [position])
    async with shop.following(ANONYMOUS, FOLLOW, id=mugs.ids["variant"], after=after) as followed:
        assert await followed.error() == code


async def test_a_cursor_of_the_last_that_expired_goes_on(
    shop: Shop, mugs: Catalogue, database: Database
) -> None:
    for price in (900, 800, 700):
        await set_offer(mugs, price=price)
    await shop.tell()
    await expire(database, 2)
    after = encode_cursor("events", [2])
    async with shop.following(ANONYMOUS, FOLLOW, id=mugs.ids["variant"], after=after) as followed:
        update_ = await followed.next()
    assert seen(update_) == ("PRICE", 5, 700)
    assert update_["cursor"] == encode_cursor("events", [3])


async def test_the_events_of_orders_outlast_the_others(
    shop: Shop, order: UUID, database: Database, customer: Any
) -> None:
    await shop.move(order, "confirmed", "shipped")
    await expire(database, 2)
    document = "subscription ($after: String) { ordersUpdated(after: $after) { eventType } }"
    after = encode_cursor("events", [0])
    async with shop.following(customer, document, after=after) as followed:
        assert (await followed.next())["eventType"] == "order.confirmed"
