"""`checkoutComplete` as a client calls it."""

from typing import Any

import pytest

from core.database import Database
from core.ids import encode_id
from tests.buying import Basket, Shop
from tests.factories import Factory
from tests.graph import Graph

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
    $token: String!, $expectedVersion: Int, $key: String
) {
    checkoutComplete(
        cart: $cart, email: $email, shippingAddress: $address, addressId: $addressId,
        shippingMethod: $method, payment: {token: $token}, expectedVersion: $expectedVersion,
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
SECRET = "a guest's secret"  # noqa: S105 - it opens a cart of these tests only.


def variables(basket: Basket, **changes: Any) -> dict[str, Any]:
    given = {"cart": encode_id("cart", basket.id), "email": "ada@example.com", "address": ADDRESS}
    return given | {"method": "standard", "token": "success"} | changes


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
