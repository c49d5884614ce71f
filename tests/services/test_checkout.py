"""A purchase by its outcome: what is paid, what is in stock and what is recorded."""

import pytest

from core.database import Database
from tests.buying import Shop
from tests.factories import Factory

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)


async def test_a_charged_cart_is_a_confirmed_order(shop: Shop) -> None:
    cheap, dear = await shop.variant(stock=5), await shop.variant(stock=9, price_minor=2500)
    basket = await shop.basket({cheap: 2, dear: 3})

    completed = await shop.buy(basket)

    order, payment = await shop.order(completed.order_id)
    assert completed.declined is None
    assert (order.status, order.version, order.email) == ("confirmed", 2, "ada@example.com")
    assert (order.subtotal_minor, order.shipping_minor, order.total_minor) == (9500, 490, 9990)
    assert (payment.status, payment.amount_minor) == ("succeeded", 9990)
    assert await shop.charges() == [("charged", 9990)]
    assert (await shop.stock(cheap), await shop.stock(dear)) == ((3, 0), (6, 0))
    assert (await shop.cart(basket)).status == "ordered"
    assert await shop.events() == ["order.placed", "order.confirmed"]
