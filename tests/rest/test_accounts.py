"""Accounts and sessions, by REST."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from core.budgets import Budgets
from core.ids import encode_id
from core.redis import open_redis
from core.settings import Settings
from core.viewer import Viewer
from resolvers import attempts
from tests.buying import Shop
from tests.factories import PASSWORD, Factory
from tests.rest.conftest import problem

pytestmark = pytest.mark.anyio

ADA = {"email": "ada@example.com", "password": PASSWORD, "name": "Ada"}
SECRET = "a guest's"  # noqa: S105 - it opens a cart of these tests only.
TOKENS = {"accessToken", "expiresAt", "refreshToken"}


async def register(api: httpx.AsyncClient, **headers: str) -> dict[str, Any]:
    response = await api.post("/v1/auth/register", json=ADA, headers=headers)
    assert response.status_code == 201, response.text
    session: dict[str, Any] = response.json()
    return session


async def test_who_registers_is_logged_in(api: httpx.AsyncClient) -> None:
    session = await register(api)

    assert session["account"].pop("id").startswith("account_")
    assert session["account"] == {"email": "ada@example.com", "name": "Ada", "role": "CUSTOMER"}
    assert session.keys() == {"account"} | TOKENS
    headers = {"Authorization": f"Bearer {session['accessToken']}"}
    assert (await api.get("/v1/orders", headers=headers)).status_code == 200


async def test_a_repeated_registration_makes_one_account(api: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "0b0e5f1c-5f0b-4d63-9d5c-0a4c3f4b6a55"}

    first = await register(api, **key)
    second = await register(api, **key)

    assert second["account"] == first["account"]


async def test_an_address_is_registered_once(api: httpx.AsyncClient) -> None:
    await register(api)

    response = await api.post("/v1/auth/register", json=ADA)

    assert response.status_code == 409
    assert response.json() == problem(
        409,
        "Conflict",
        "EMAIL_TAKEN",
        "There is an account with this e-mail address.",
        path=["email"],
    )


async def test_a_short_password_tells_the_bounds(api: httpx.AsyncClient) -> None:
    response = await api.post("/v1/auth/register", json={**ADA, "password": "short"})

    assert response.status_code == 422
    assert response.json() == problem(
        422,
        "Unprocessable Entity",
        "PASSWORD_LENGTH_REFUSED",
        "A password has 12 to 128 characters.",
        path=["password"],
        minimum=12,
        maximum=128,
    )


async def test_what_is_no_address_is_refused(api: httpx.AsyncClient) -> None:
    response = await api.post("/v1/auth/register", json={**ADA, "email": "nowhere"})

    assert (response.status_code, response.json()["code"]) == (422, "INVALID_EMAIL")


async def test_an_account_logs_in(api: httpx.AsyncClient, factory: Factory) -> None:
    account = await factory.account(email="bob@example.com", name="Bob", role="merchant")

    response = await api.post(
        "/v1/auth/login", json={"email": "Bob@example.com", "password": PASSWORD}
    )

    session = response.json()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert session["account"] == {
        "id": encode_id("account", account),
        "email": "bob@example.com",
        "name": "Bob",
        "role": "MERCHANT",
    }
    assert session.keys() == {"account"} | TOKENS


@pytest.mark.parametrize("email", ["bob@example.com", "nobody@example.com"])
async def test_wrong_credentials_are_refused_alike(
    api: httpx.AsyncClient, factory: Factory, email: str
) -> None:
    await factory.account(email="bob@example.com")

    response = await api.post("/v1/auth/login", json={"email": email, "password": "x" * 12})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json() == problem(
        401,
        "Unauthorized",
        "WRONG_CREDENTIALS",
        "No account has this e-mail address and this password.",
        path=[],
    )


async def test_a_guests_cart_comes_along(api: httpx.AsyncClient, shop: Shop) -> None:
    mug = await shop.variant()
    await shop.basket({mug: 2}, secret=SECRET)

    session = await register(api, **{"X-Cart-Secret": SECRET})

    headers = {"Authorization": f"Bearer {session['accessToken']}"}
    assert (await api.get("/v1/cart", headers=headers)).json()["itemCount"] == 2


async def test_a_session_goes_on_by_each_refresh_token_once(api: httpx.AsyncClient) -> None:
    body = {"refreshToken": (await register(api))["refreshToken"]}

    second = await api.post("/v1/auth/refresh", json=body)
    again = await api.post("/v1/auth/refresh", json=body)

    assert second.status_code == 200
    assert second.json().keys() == {"account"} | TOKENS
    assert (again.status_code, again.json()["code"]) == (401, "INVALID_REFRESH_TOKEN")


async def test_a_session_ends(api: httpx.AsyncClient) -> None:
    body = {"refreshToken": (await register(api))["refreshToken"]}

    ended = await api.post("/v1/auth/logout", json=body)
    refreshed = await api.post("/v1/auth/refresh", json=body)

    assert (ended.status_code, ended.content) == (204, b"")
    assert refreshed.status_code == 401


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code", "path"),
    [
        (b"{", "application/json", 400, "MALFORMED_REQUEST", None),
        (b"\xff", "application/json", 400, "MALFORMED_REQUEST", None),
        (b"{}", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE", None),
        (b"a=b", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE", None),
        (b" " * 70_000, "application/json", 413, "CONTENT_TOO_LARGE", None),
        (b"", "application/json", 422, "BAD_USER_INPUT", ["body"]),
        (b"[]", "application/json", 422, "BAD_USER_INPUT", ["body"]),
        (b'{"email": "a@b.de"}', "application/json", 422, "BAD_USER_INPUT", ["password"]),
        (b'{"email": 5, "password": ""}', "application/json", 422, "BAD_USER_INPUT", ["email"]),
        (b'{"email": "\\ud800"}', "application/json", 400, "MALFORMED_REQUEST", None),
        (b'{"email": NaN}', "application/json", 400, "MALFORMED_REQUEST", None),
        (
            b'{"email": "", "password": "", "role": "ADMIN"}',
            "application/json",
            422,
            "BAD_USER_INPUT",
            ["role"],
        ),
    ],
)
async def test_a_body_that_cannot_be_used_is_a_problem(
    api: httpx.AsyncClient,
    content: bytes,
    media_type: str,
    status: int,
    code: str,
    path: list[str] | None,
) -> None:
    headers = {"Content-Type": media_type}

    response = await api.post("/v1/auth/login", content=content, headers=headers)

    body = response.json()
    assert (response.status_code, body["code"]) == (status, code)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert [each["path"] for each in body["errors"]] == ([] if path is None else [path])


async def test_a_media_type_may_name_its_encoding(api: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}

    response = await api.post("/v1/auth/login", content=b"{}", headers=headers)

    assert response.status_code == 422


async def test_a_body_without_a_length_is_bounded_too(api: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1000

    headers = {"Content-Type": "application/json"}
    response = await api.post("/v1/auth/login", content=chunks(), headers=headers)

    assert (response.status_code, response.json()["code"]) == (413, "CONTENT_TOO_LARGE")


async def test_who_guesses_too_often_is_told_when_to_try_again(
    api: httpx.AsyncClient, settings: Settings
) -> None:
    _, place, _ = attempts.log_in(Viewer(address="127.0.0.1"), ADA["email"])
    async with open_redis(settings) as redis:
        budgets = Budgets(redis, settings.redis_namespace)
        await budgets.spend(place.name, place.whose, place.limit.amount, place.limit)

    response = await api.post(
        "/v1/auth/login", json={"email": ADA["email"], "password": ADA["password"]}
    )

    seconds = int(response.headers["Retry-After"])
    assert 0 < seconds <= 2 * place.limit.seconds
    assert (response.status_code, response.json()["code"]) == (429, "TOO_MANY_ATTEMPTS")
    assert response.json()["detail"] == (
        f"This was tried too often: try again in {seconds} seconds."
    )
