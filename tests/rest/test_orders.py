"""Orders, by REST."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update

from core.ids import encode_id
from models import Variant
from tests.buying import Basket, Shop
from tests.conftest import AsAccount
from tests.graph import Graph
from tests.rest.conftest import money, problem

pytestmark = pytest.mark.anyio

SECRET = "a guest's"  # noqa: S105 - it opens a cart of these tests only.
GUEST = {"X-Cart-Secret": SECRET}
ADDRESS = {
    "recipient": "Ada Example",
    "line1": "High Street 1",
    "postalCode": "12345",
    "city": "Springfield",
    "countryCode": "DE",
}
MINE = """
query ($id: ID!) {
    order(id: $id) { id number status total { minorUnits } lines { nodes { variant { id } } } }
    viewer { orders { nodes { id } } }
}
"""


@pytest.fixture
async def mug(shop: Shop) -> UUID:
    return await shop.variant(sku="MUG", name="Mug", price_minor=1250)


@pytest.fixture
async def basket(shop: Shop, mug: UUID) -> Basket:
    """A guest's cart of two mugs."""
    return await shop.basket({mug: 2}, secret=SECRET)


def checkout(basket: Basket, **changes: Any) -> dict[str, Any]:
    body = {
        "cart": encode_id("cart", basket.id),
        "shippingMethod": "standard",
        "payment": {"token": "success"},
        "email": "ada@example.com",
        "shippingAddress": ADDRESS,
    }
    return body | changes


async def buy(
    api: httpx.AsyncClient, body: dict[str, Any], key: str = "k1", **headers: str
) -> httpx.Response:
    sent = {**(headers or GUEST), "Idempotency-Key": key}
    return await api.post("/v1/orders", json=body, headers=sent)


async def test_a_cart_becomes_an_order(api: httpx.AsyncClient, basket: Basket, mug: UUID) -> None:
    response = await buy(api, checkout(basket))

    body = response.json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/v1/orders/{body['id']}"
    assert response.headers["Cache-Control"] == "no-store"
    assert body.pop("id").startswith("order_")
    assert body.pop("placedAt").endswith("Z")
    assert body["payments"][0].pop("createdAt").endswith("Z")
    assert body == {
        "number": 100001,
        "status": "CONFIRMED",
        "version": 2,
        "email": "ada@example.com",
        "subtotal": money(2500),
        "shipping": money(490),
        "total": money(2990),
        "shippingAddress": {**ADDRESS, "line2": "", "region": ""},
        "shippingMethod": {"code": "standard", "name": "Standard"},
        "lines": [
            {
                "sku": "MUG",
                "name": "Mug",
                "quantity": 2,
                "unitPrice": money(1250),
                "total": money(2500),
                "variant": {"id": encode_id("variant", mug)},
            }
        ],
        "payments": [{"status": "SUCCEEDED", "amount": money(2990), "declineReason": None}],
    }


async def test_a_repeated_purchase_buys_once(
    api: httpx.AsyncClient, shop: Shop, basket: Basket, mug: UUID
) -> None:
    first = await buy(api, checkout(basket))
    second = await buy(api, checkout(basket))
    other_key = await buy(api, checkout(basket), key="k2")
    other_input = await buy(api, checkout(basket, email="bob@example.com"))

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert other_key.status_code == 409
    assert other_key.json()["code"] == "CART_ALREADY_ORDERED"
    assert other_key.json()["errors"][0]["order"] == {"id": first.json()["id"]}
    assert (other_input.status_code, other_input.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert await shop.stock(mug) == (3, 0)
    assert await shop.charges() == [("charged", 2990)]


async def test_an_order_is_the_same_in_the_graph(
    api: httpx.AsyncClient, shop: Shop, mug: UUID, as_account: AsAccount
) -> None:
    account = await shop.factory.account()
    customer = await as_account(id=account)
    basket = await shop.basket({mug: 2}, account)

    bought = (await buy(api, checkout(basket), **customer.headers)).json()
    read = await api.get(f"/v1/orders/{bought['id']}", headers=customer.headers)
    listed = await api.get("/v1/orders", headers=customer.headers)
    seen = await customer.data(MINE, id=bought["id"])

    assert read.json() == bought
    assert listed.json() == {"items": [bought], "next": None}
    assert seen == {
        "order": {
            "id": bought["id"],
            "number": bought["number"],
            "status": bought["status"],
            "total": {"minorUnits": 2990},
            "lines": {"nodes": [{"variant": {"id": encode_id("variant", mug)}}]},
        },
        "viewer": {"orders": {"nodes": [{"id": bought["id"]}]}},
    }


async def test_an_account_buys_with_its_own_address(
    api: httpx.AsyncClient, shop: Shop, mug: UUID, as_account: AsAccount
) -> None:
    account = await shop.factory.account(email="bob@example.com")
    customer = await as_account(id=account)
    basket = await shop.basket({mug: 1}, account)
    body = checkout(basket)
    del body["email"]

    bought = await buy(api, body, **customer.headers)

    assert bought.json()["email"] == "bob@example.com"


async def test_orders_are_listed_in_pages(
    api: httpx.AsyncClient, shop: Shop, mug: UUID, as_account: AsAccount
) -> None:
    account = await shop.factory.account()
    customer = await as_account(id=account)
    for _ in range(3):
        await shop.buy(await shop.basket({mug: 1}, account))

    first = await api.get("/v1/orders?first=2", headers=customer.headers)
    last = await api.get(first.links["next"]["url"], headers=customer.headers)

    assert [each["number"] for each in first.json()["items"]] == [100003, 100002]
    assert [each["number"] for each in last.json()["items"]] == [100001]
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = {**customer.headers, "If-None-Match": first.headers["ETag"]}
    assert (await api.get("/v1/orders?first=2", headers=again)).status_code == 304


async def test_who_is_not_logged_in_has_no_list(api: httpx.AsyncClient) -> None:
    response = await api.get("/v1/orders", headers=GUEST)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["code"] == "UNAUTHENTICATED"


async def test_an_order_is_shown_to_its_buyer_and_staff(
    api: httpx.AsyncClient, shop: Shop, basket: Basket, graph: Graph, as_account: AsAccount
) -> None:
    completed = await shop.buy(basket)
    address = f"/v1/orders/{encode_id('order', completed.order_id)}"
    guest, other = graph.holding(SECRET), graph.holding("another")
    callers = [graph, guest, other, await as_account(), await as_account("merchant")]

    statuses = [
        (await api.get(address, headers=caller.headers)).status_code
        for caller in (*callers, await as_account("admin"))
    ]

    assert statuses == [404, 200, 404, 404, 404, 200]


async def test_an_unknown_order_is_a_problem(api: httpx.AsyncClient) -> None:
    response = await api.get(f"/v1/orders/{encode_id('order', UUID(int=7))}")

    assert (response.status_code, response.json()["code"]) == (404, "ORDER_NOT_FOUND")


async def test_a_purchase_without_a_key_is_refused(
    api: httpx.AsyncClient, shop: Shop, basket: Basket
) -> None:
    before = await shop.snapshot()

    response = await api.post("/v1/orders", json=checkout(basket), headers=GUEST)

    assert response.status_code == 400
    assert response.json()["code"] == "IDEMPOTENCY_KEY_REQUIRED"
    assert response.json()["errors"][0]["path"] == ["Idempotency-Key"]
    assert await shop.snapshot() == before


async def test_a_declined_payment_tells_the_reason(api: httpx.AsyncClient, basket: Basket) -> None:
    declined = await buy(api, checkout(basket, payment={"token": "decline"}))
    bought = await buy(api, checkout(basket), key="k2")

    assert declined.status_code == 402
    assert declined.json()["code"] == "PAYMENT_DECLINED"
    assert declined.json()["errors"][0]["reason"] == "card_declined"
    assert bought.status_code == 201


async def test_a_changed_price_tells_both(
    api: httpx.AsyncClient, shop: Shop, basket: Basket, mug: UUID
) -> None:
    async with shop.transaction() as session:
        await session.execute(update(Variant).where(Variant.id == mug).values(price_minor=1500))
    before = await shop.snapshot()

    response = await buy(api, checkout(basket))

    assert response.status_code == 409
    assert response.json() == problem(
        409,
        "Conflict",
        "PRICE_CHANGED",
        "A price has changed since you chose.",
        path=["cart"],
        was=money(1250),
        now=money(1500),
        variant={"id": encode_id("variant", mug), "sku": "MUG"},
    )
    assert await shop.snapshot() == before


@pytest.mark.parametrize(
    ("changes", "status", "code", "values"),
    [
        ({"cart": encode_id("cart", UUID(int=7))}, 404, "CART_NOT_FOUND", {}),
        ({"expectedVersion": 7}, 409, "VERSION_CONFLICT", {"current": 1}),
        ({"shippingMethod": "drone"}, 422, "SHIPPING_METHOD_UNAVAILABLE", {"currency": "EUR"}),
        ({"email": "nowhere"}, 422, "INVALID_EMAIL", {}),
        (
            {"shippingAddress": None, "addressId": encode_id("address", UUID(int=7))},
            422,
            "ADDRESS_NOT_FOUND",
            {},
        ),
        ({"shippingAddress": None}, 422, "BAD_USER_INPUT", {"path": ["shippingAddress"]}),
        ({"email": None}, 422, "BAD_USER_INPUT", {"path": ["email"]}),
        ({"shippingMethod": "\x00"}, 422, "BAD_USER_INPUT", {}),
        ({"payment": {}}, 422, "BAD_USER_INPUT", {"path": ["payment", "token"]}),
    ],
)
async def test_a_refused_purchase_changes_nothing(
    api: httpx.AsyncClient,
    shop: Shop,
    basket: Basket,
    changes: dict[str, Any],
    status: int,
    code: str,
    values: dict[str, Any],
) -> None:
    before = await shop.snapshot()

    response = await buy(api, checkout(basket, **changes))

    (error,) = response.json()["errors"]
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert {name: error[name] for name in values} == values
    assert await shop.snapshot() == before


async def test_an_empty_cart_is_not_bought(api: httpx.AsyncClient) -> None:
    opened = (await api.post("/v1/cart")).json()
    body = checkout(Basket(UUID(int=0), None), cart=opened["cart"]["id"])  # type: ignore[arg-type]  # Only the id counts.

    response = await buy(api, body, **{"X-Cart-Secret": opened["secret"]})

    assert (response.status_code, response.json()["code"]) == (409, "CART_EMPTY")


async def test_what_is_sold_meanwhile_is_named_line_by_line(
    api: httpx.AsyncClient, shop: Shop, mug: UUID
) -> None:
    cup = await shop.variant(sku="CUP")
    basket = await shop.basket({mug: 4, cup: 4}, secret=SECRET)
    await shop.buy(await shop.basket({mug: 2, cup: 2}))

    response = await buy(api, checkout(basket))

    errors = response.json()["errors"]
    assert (response.status_code, response.json()["code"]) == (409, "OUT_OF_STOCK")
    assert {each["variant"]["sku"]: each["available"] for each in errors} == {"MUG": 3, "CUP": 3}
