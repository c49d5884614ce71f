"""The sender's cart, by REST."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from core.ids import encode_id
from tests.buying import Basket, Shop
from tests.conftest import AsAccount
from tests.rest.conftest import money, problem

pytestmark = pytest.mark.anyio

SECRET = "a guest's"  # noqa: S105 - it opens a cart of these tests only.
GUEST = {"X-Cart-Secret": SECRET}


@pytest.fixture
async def mug(shop: Shop) -> UUID:
    return await shop.variant(sku="MUG", name="Mug", price_minor=1250)


@pytest.fixture
async def basket(shop: Shop, mug: UUID) -> Basket:
    """A guest's cart of two mugs."""
    return await shop.basket({mug: 2}, secret=SECRET)


async def line_of(api: httpx.AsyncClient) -> str:
    (line,) = (await api.get("/v1/cart", headers=GUEST)).json()["lines"]
    return str(line["id"])


async def test_a_cart_is_shown_to_who_has_its_secret(
    api: httpx.AsyncClient, basket: Basket, mug: UUID
) -> None:
    response = await api.get("/v1/cart", headers=GUEST)

    body = response.json()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Vary"] == "Authorization, X-Cart-Secret"
    assert body.pop("expiresAt").endswith("Z")
    assert body["lines"][0].pop("id").startswith("cart_line_")
    product = body["lines"][0]["variant"].pop("product")
    assert product["id"].startswith("product_")
    assert body == {
        "id": encode_id("cart", basket.id),
        "version": 1,
        "currency": "EUR",
        "itemCount": 2,
        "subtotal": money(2500),
        "lines": [
            {
                "quantity": 2,
                "unitPrice": money(1250),
                "seenPrice": money(1250),
                "priceChanged": False,
                "total": money(2500),
                "variant": {"id": encode_id("variant", mug), "sku": "MUG", "name": "Mug"},
            }
        ],
    }


async def test_an_own_cart_is_asked_about_each_time(api: httpx.AsyncClient, basket: Basket) -> None:
    del basket
    tag = (await api.get("/v1/cart", headers=GUEST)).headers["ETag"]

    response = await api.get("/v1/cart", headers={**GUEST, "If-None-Match": tag})

    assert response.status_code == 304
    assert response.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("headers", [{}, {"X-Cart-Secret": "another"}])
async def test_who_has_no_cart_is_told_so(
    api: httpx.AsyncClient, basket: Basket, headers: dict[str, str]
) -> None:
    del basket

    response = await api.get("/v1/cart", headers=headers)

    assert (response.status_code, response.json()["code"]) == (404, "CART_NOT_FOUND")


async def test_a_guest_opens_a_cart_and_fills_it(api: httpx.AsyncClient, mug: UUID) -> None:
    opened = await api.post("/v1/cart")
    secret = opened.json()["secret"]
    body = {"lines": [{"variant": encode_id("variant", mug), "quantity": 2}], "expectedVersion": 1}
    filled = await api.post("/v1/cart/lines", json=body, headers={"X-Cart-Secret": secret})

    assert opened.status_code == 201
    assert opened.headers["Location"] == "/v1/cart"
    assert opened.headers["Cache-Control"] == "no-store"
    assert opened.json()["cart"]["lines"] == []
    assert filled.status_code == 200
    assert filled.json()["itemCount"] == 2
    assert filled.json()["id"] == opened.json()["cart"]["id"]


async def test_a_repeated_opening_tells_the_same_cart(api: httpx.AsyncClient, mug: UUID) -> None:
    body = {"lines": [{"variant": encode_id("variant", mug)}]}
    headers = {"Idempotency-Key": str(uuid4())}

    first = await api.post("/v1/cart", json=body, headers=headers)
    second = await api.post("/v1/cart", json=body, headers=headers)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()


async def test_a_repeated_addition_adds_once(
    api: httpx.AsyncClient, basket: Basket, mug: UUID
) -> None:
    del basket
    body = {"lines": [{"variant": encode_id("variant", mug), "quantity": 1}]}
    headers = {**GUEST, "Idempotency-Key": "k1"}

    first = await api.post("/v1/cart/lines", json=body, headers=headers)
    second = await api.post("/v1/cart/lines", json=body, headers=headers)
    body["lines"][0]["quantity"] = 2
    third = await api.post("/v1/cart/lines", json=body, headers=headers)

    assert first.json()["itemCount"] == 3
    assert second.json() == first.json()
    assert third.status_code == 422
    assert third.json() == problem(
        422,
        "Unprocessable Entity",
        "IDEMPOTENCY_KEY_REUSED",
        "This key was used before with another input; take a new one.",
        path=["idempotencyKey"],
    )


async def test_a_line_gets_another_quantity(api: httpx.AsyncClient, basket: Basket) -> None:
    del basket
    line = await line_of(api)

    changed = await api.patch(f"/v1/cart/lines/{line}", json={"quantity": 3}, headers=GUEST)

    assert changed.status_code == 200
    assert [(each["id"], each["quantity"]) for each in changed.json()["lines"]] == [(line, 3)]


async def test_a_line_is_taken_out(api: httpx.AsyncClient, basket: Basket) -> None:
    del basket
    line = await line_of(api)

    removed = await api.delete(f"/v1/cart/lines/{line}?expectedVersion=1", headers=GUEST)
    again = await api.delete(f"/v1/cart/lines/{line}", headers=GUEST)

    assert removed.status_code == 200
    assert removed.json()["lines"] == []
    assert (again.status_code, again.json()["code"]) == (404, "CART_LINE_NOT_FOUND")


async def refused(
    api: httpx.AsyncClient, shop: Shop, method: str, address: str, **request: Any
) -> tuple[int, dict[str, Any]]:
    """Send what is refused; return its status and body, having seen that nothing changed."""
    before = await shop.snapshot()
    response = await api.request(method, address, headers=GUEST, **request)
    assert await shop.snapshot() == before
    return response.status_code, response.json()


async def test_more_than_there_is_tells_how_many_there_are(
    api: httpx.AsyncClient, shop: Shop, basket: Basket, mug: UUID
) -> None:
    del basket
    variant = encode_id("variant", mug)
    body = {"lines": [{"variant": variant, "quantity": 4}]}

    status, answer = await refused(api, shop, "POST", "/v1/cart/lines", json=body)

    assert status == 409
    assert answer == problem(
        409,
        "Conflict",
        "OUT_OF_STOCK",
        "Only 5 can be had now.",
        path=["lines", "0", "quantity"],
        available=5,
        variant={"id": variant, "sku": "MUG"},
    )


async def test_a_version_that_has_passed_is_a_conflict(
    api: httpx.AsyncClient, shop: Shop, basket: Basket
) -> None:
    del basket
    address = f"/v1/cart/lines/{await line_of(api)}"

    status, answer = await refused(
        api, shop, "PATCH", address, json={"quantity": 3, "expectedVersion": 7}
    )

    assert status == 409
    assert answer["code"] == "VERSION_CONFLICT"
    assert answer["errors"][0]["current"] == 1


async def test_a_quantity_out_of_range_tells_the_range(
    api: httpx.AsyncClient, shop: Shop, basket: Basket
) -> None:
    del basket
    address = f"/v1/cart/lines/{await line_of(api)}"

    status, answer = await refused(api, shop, "PATCH", address, json={"quantity": 1000})

    error = answer["errors"][0]
    assert (status, answer["code"]) == (422, "QUANTITY_OUT_OF_RANGE")
    assert (error["minimum"], error["maximum"]) == (0, 999)


async def test_another_currency_is_a_conflict(
    api: httpx.AsyncClient, shop: Shop, basket: Basket
) -> None:
    del basket
    product = await shop.factory.product(currency="USD")
    dear = await shop.factory.variant(product=product, currency="USD")
    body = {"lines": [{"variant": encode_id("variant", dear)}]}

    status, answer = await refused(api, shop, "POST", "/v1/cart/lines", json=body)

    error = answer["errors"][0]
    assert (status, answer["code"]) == (409, "CURRENCY_MISMATCH")
    assert (error["cartCurrency"], error["variantCurrency"]) == ("EUR", "USD")


async def test_an_unknown_variant_is_named(
    api: httpx.AsyncClient, shop: Shop, basket: Basket
) -> None:
    del basket
    body = {"lines": [{"variant": encode_id("variant", UUID(int=7))}]}

    status, answer = await refused(api, shop, "POST", "/v1/cart/lines", json=body)

    assert (status, answer["code"]) == (422, "VARIANT_NOT_FOUND")
    assert answer["errors"][0]["path"] == ["lines", "0"]


async def test_too_many_lines_tell_the_most(
    api: httpx.AsyncClient, shop: Shop, basket: Basket
) -> None:
    del basket
    lines = [{"variant": encode_id("variant", UUID(int=each))} for each in range(101)]

    status, answer = await refused(api, shop, "POST", "/v1/cart/lines", json={"lines": lines})

    assert (status, answer["code"]) == (422, "TOO_MANY_LINES")
    assert answer["errors"][0]["maximum"] == 100


async def test_anothers_line_cannot_be_changed(
    api: httpx.AsyncClient, shop: Shop, basket: Basket, mug: UUID, as_account: AsAccount
) -> None:
    del basket
    line = await line_of(api)
    account = await shop.factory.account()
    await shop.basket({mug: 1}, account)
    customer = await as_account(id=account)
    before = await shop.snapshot()

    for headers in (customer.headers, {}):
        changed = await api.patch(f"/v1/cart/lines/{line}", json={"quantity": 1}, headers=headers)
        removed = await api.delete(f"/v1/cart/lines/{line}", headers=headers)
        assert (changed.status_code, removed.status_code) == (404, 404)

    assert await shop.snapshot() == before
