"""`checkoutComplete` as a client calls it."""

import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import delete, update

from core.database import Database
from core.ids import encode_id
from models import CartLine, Variant
from tests.buying import Basket, Shop
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.conftest import Execute

pytestmark = pytest.mark.anyio

ADDRESS = {
    "recipient": "Ada Example",
    "line1": "High Street 1",
    "postalCode": "12345",
    "city": "Springfield",
    "countryCode": "DE",
}
CHECKOUT = """
mutation (
    $cart: ID!, $email: String, $address: AddressInput, $addressId: ID, $method: String!,
    $payment: PaymentInput!, $expectedVersion: Int, $key: String
) {
    checkoutComplete(
        cart: $cart, email: $email, shippingAddress: $address, addressId: $addressId,
        shippingMethod: $method, payment: $payment, expectedVersion: $expectedVersion,
        idempotencyKey: $key
    ) {
        order {
            id number status version email availableTransitions
            subtotal { amount } shipping { amount } total { amount currency }
            shippingAddress { recipient line1 line2 postalCode city region countryCode }
            shippingMethod { code name price { amount } }
            lines { nodes {
                sku name quantity unitPrice { amount } total { amount } variant { sku }
            } }
            payments { nodes { status amount { amount } declineReason } }
        }
        cart { id version }
        errors {
            __typename ... on UserError { code path }
            ... on CartAlreadyOrdered { order { number } }
            ... on OutOfStock { available variant { sku } }
            ... on PriceChanged { was { amount } now { amount } variant { sku } }
            ... on ShippingMethodUnavailable { currency }
            ... on PaymentDeclined { reason }
            ... on VersionConflict { current }
        }
    }
}
"""
DECLINE = {"token": "decline"}
SECRET = "a guest's secret"  # noqa: S105 - it opens a cart of these tests only.


def variables(basket: Basket, **changes: Any) -> dict[str, Any]:
    given = {"cart": encode_id("cart", basket.id), "email": "ada@example.com", "address": ADDRESS}
    return given | {"method": "standard", "payment": {"token": "success"}} | changes


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)


@pytest.fixture
def guest(graph: Graph) -> Graph:
    return graph.holding(SECRET)


async def test_a_guest_buys(shop: Shop, guest: Graph) -> None:
    mug = await shop.variant(sku="MUG", name="Mug", price_minor=1250)
    basket = await shop.basket({mug: 2}, secret=SECRET)

    data = await guest.data(CHECKOUT, **variables(basket))

    order = data["checkoutComplete"]["order"]
    assert order.pop("id").startswith("order_")
    assert data["checkoutComplete"] == {
        "order": {
            "number": 100001,
            "status": "CONFIRMED",
            "version": 2,
            "email": "ada@example.com",
            "availableTransitions": ["CANCELLED"],
            "subtotal": {"amount": "25.00"},
            "shipping": {"amount": "4.90"},
            "total": {"amount": "29.90", "currency": "EUR"},
            "shippingAddress": {**ADDRESS, "line2": "", "region": ""},
            "shippingMethod": {
                "code": "standard",
                "name": "Standard",
                "price": {"amount": "4.90"},
            },
            "lines": {
                "nodes": [
                    {
                        "sku": "MUG",
                        "name": "Mug",
                        "quantity": 2,
                        "unitPrice": {"amount": "12.50"},
                        "total": {"amount": "25.00"},
                        "variant": {"sku": "MUG"},
                    }
                ]
            },
            "payments": {
                "nodes": [
                    {
                        "status": "SUCCEEDED",
                        "amount": {"amount": "29.90"},
                        "declineReason": None,
                    }
                ]
            },
        },
        "cart": None,
        "errors": [],
    }


async def refusals(shop: Shop, client: Graph, **given: Any) -> list[dict[str, Any]]:
    """Buy, and return the typed errors without their paths; nothing may have changed."""
    before = await shop.snapshot()
    payload = (await client.data(CHECKOUT, **given))["checkoutComplete"]
    assert await shop.snapshot() == before
    assert (payload["order"], payload["cart"]) == (None, None)
    return [
        {name: value for name, value in each.items() if name != "path"}
        for each in payload["errors"]
    ]


async def test_a_decline_shows_the_open_cart_and_the_cancelled_order(
    shop: Shop, guest: Graph
) -> None:
    basket = await shop.basket({await shop.variant(): 1}, secret=SECRET)

    data = await guest.data(CHECKOUT, **variables(basket, payment=DECLINE, key="key"))
    again = await guest.data(CHECKOUT, **variables(basket, payment=DECLINE, key="key"))

    payload = data["checkoutComplete"]
    assert (payload["order"]["status"], payload["order"]["version"]) == ("CANCELLED", 2)
    assert payload["order"]["payments"]["nodes"] == [
        {"status": "DECLINED", "amount": {"amount": "14.90"}, "declineReason": "card_declined"}
    ]
    assert payload["cart"] == {"id": encode_id("cart", basket.id), "version": 3}
    assert payload["errors"] == [
        {
            "__typename": "PaymentDeclined",
            "code": "PAYMENT_DECLINED",
            "path": ["payment"],
            "reason": "card_declined",
        }
    ]
    assert again == data


async def test_a_cart_is_bought_once(shop: Shop, guest: Graph) -> None:
    basket = await shop.basket({await shop.variant(): 1}, secret=SECRET)
    await guest.data(CHECKOUT, **variables(basket))

    assert await refusals(shop, guest, **variables(basket)) == [
        {
            "__typename": "CartAlreadyOrdered",
            "code": "CART_ALREADY_ORDERED",
            "order": {"number": 100001},
        }
    ]


async def test_every_short_article_is_told(shop: Shop, guest: Graph) -> None:
    mug, lamp = await shop.variant(stock=1, sku="MUG"), await shop.variant(stock=0, sku="LAMP")
    basket = await shop.basket({mug: 2, lamp: 1}, secret=SECRET)

    assert await refusals(shop, guest, **variables(basket)) == [
        {
            "__typename": "OutOfStock",
            "code": "OUT_OF_STOCK",
            "available": available,
            "variant": {"sku": sku},
        }
        for sku, available in (("MUG", 1), ("LAMP", 0))
    ]


async def test_every_changed_price_is_told(shop: Shop, guest: Graph, execute: Execute) -> None:
    basket = await shop.basket(
        {await shop.variant(sku=sku): 1 for sku in ("MUG", "LAMP")}, secret=SECRET
    )
    await execute(update(Variant).values(price_minor=1250))

    assert await refusals(shop, guest, **variables(basket)) == [
        {
            "__typename": "PriceChanged",
            "code": "PRICE_CHANGED",
            "was": {"amount": "10.00"},
            "now": {"amount": "12.50"},
            "variant": {"sku": sku},
        }
        for sku in ("MUG", "LAMP")
    ]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"expectedVersion": 7}, {"__typename": "VersionConflict", "current": 1}),
        ({"method": "drone"}, {"__typename": "ShippingMethodUnavailable", "currency": "EUR"}),
        ({"email": "ada@"}, {"__typename": "InvalidEmail"}),
        (
            {"address": None, "addressId": "address_01h455vb4pex5vsknk084sn02q"},
            {"__typename": "AddressNotFound"},
        ),
        ({"cart": "cart_01h455vb4pex5vsknk084sn02q"}, {"__typename": "CartNotFound"}),
    ],
)
async def test_refusals_carry_what_a_client_needs(
    shop: Shop, guest: Graph, changes: dict[str, Any], error: dict[str, Any]
) -> None:
    basket = await shop.basket({await shop.variant(): 1}, secret=SECRET)

    (found,) = await refusals(shop, guest, **variables(basket, **changes))

    code = re.sub("(?<!^)(?=[A-Z])", "_", error["__typename"]).upper()
    assert found == error | {"code": code}


async def test_an_empty_cart_is_not_bought(shop: Shop, guest: Graph, execute: Execute) -> None:
    basket = await shop.basket({await shop.variant(): 1}, secret=SECRET)
    await execute(delete(CartLine))

    assert await refusals(shop, guest, **variables(basket)) == [
        {"__typename": "CartEmpty", "code": "CART_EMPTY"}
    ]


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"email": None}, "email"),
        ({"address": None}, "shippingAddress"),
        ({"address": ADDRESS | {"countryCode": "Germany"}}, "shippingAddress"),
        ({"addressId": "address_01h455vb4pex5vsknk084sn02q"}, "shippingAddress"),
        ({"addressId": "cart_01h455vb4pex5vsknk084sn02q"}, "addressId"),
        ({"cart": "order_01h455vb4pex5vsknk084sn02q"}, "cart"),
        ({"method": "\x00"}, "shippingMethod"),
        ({"payment": {"token": "\x00"}}, "payment"),
        ({"key": ""}, "idempotencyKey"),
    ],
)
async def test_what_cannot_be_used_is_named(
    shop: Shop, guest: Graph, changes: dict[str, Any], argument: str
) -> None:
    basket = await shop.basket({await shop.variant(): 1}, secret=SECRET)
    before = await shop.snapshot()

    (error,) = await guest.errors(CHECKOUT, **variables(basket, **changes))

    assert (error["code"], error["argument"]) == ("BAD_USER_INPUT", argument)
    assert error["path"] == ["checkoutComplete"]
    assert await shop.snapshot() == before


async def test_an_account_buys_with_what_it_keeps(
    shop: Shop, factory: Factory, as_account: AsAccount
) -> None:
    account = await factory.account(email="own@example.com")
    address = await factory.address(account=account, recipient="Bob Example")
    basket = await shop.basket({await shop.variant(): 1}, account)
    changes = {"email": None, "address": None, "addressId": encode_id("address", address)}

    customer = await as_account(id=account)
    data = await customer.data(CHECKOUT, **variables(basket, **changes))

    order = data["checkoutComplete"]["order"]
    assert (order["email"], order["status"]) == ("own@example.com", "CONFIRMED")
    assert order["shippingAddress"]["recipient"] == "Bob Example"
    history = await customer.data("{ viewer { orders { totalCount nodes { number } } } }")
    assert history["viewer"]["orders"] == {"totalCount": 1, "nodes": [{"number": 100001}]}


@pytest.mark.parametrize("role", ["customer", "merchant", "admin"])
async def test_nobody_buys_anothers_cart(shop: Shop, as_account: AsAccount, role: str) -> None:
    basket = await shop.basket({await shop.variant(): 1}, secret=SECRET)

    (error,) = await refusals(shop, await as_account(role=role), **variables(basket))

    assert error == {"__typename": "CartNotFound", "code": "CART_NOT_FOUND"}


async def test_a_key_is_for_one_input(shop: Shop, guest: Graph) -> None:
    basket = await shop.basket({await shop.variant(): 1}, secret=SECRET)
    await guest.data(CHECKOUT, **variables(basket, key="key"))

    (error,) = await guest.errors(CHECKOUT, **variables(basket, key="key", method="express"))

    assert (error["code"], error["argument"]) == ("IDEMPOTENCY_KEY_REUSED", "idempotencyKey")


async def test_fifty_buyers_on_a_stock_of_seven_buy_seven(shop: Shop, graph: Graph) -> None:
    mug = await shop.variant(stock=7)
    baskets = {f"secret {n}": await shop.basket({mug: 1}, secret=f"secret {n}") for n in range(50)}

    answers = await asyncio.gather(
        *(
            graph.holding(secret).data(CHECKOUT, **variables(basket))
            for secret, basket in baskets.items()
        )
    )

    payloads = [answer["checkoutComplete"] for answer in answers]
    bought = [each["order"]["status"] for each in payloads if each["order"]]
    refused = [each["errors"][0]["__typename"] for each in payloads if not each["order"]]
    assert (bought, refused) == (["CONFIRMED"] * 7, ["OutOfStock"] * 43)
    assert await shop.stock(mug) == (0, 0)
    assert await shop.charges() == [("charged", 1490)] * 7


async def test_the_ways_to_send_are_listed_by_price(graph: Graph) -> None:
    data = await graph.data(
        """{
            euro: shippingMethods(currency: "EUR") { nodes { code name price { amount currency } } }
            none: shippingMethods(currency: "JPY") { totalCount nodes { code } }
        }"""
    )

    assert data["euro"]["nodes"] == [
        {"code": code, "name": code.title(), "price": {"amount": amount, "currency": "EUR"}}
        for code, amount in (("standard", "4.90"), ("express", "12.90"))
    ]
    assert data["none"] == {"totalCount": 0, "nodes": []}
