"""Who a request comes from, by its headers."""

from datetime import timedelta
from hashlib import sha256
from types import SimpleNamespace
from uuid import UUID

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import select
from starlette.requests import HTTPConnection

from app.authentication import viewer_of
from core.budgets import Budgets
from core.database import Database
from core.embedded.ports import free_port
from core.redis import open_redis
from core.settings import Settings
from core.tokens import AccessTokens, InvalidAccessToken
from core.viewer import PartnerKey, Viewer
from models import ApiKey
from resolvers import attempts
from services import api_keys
from services.api_keys import InvalidApiKey, KeyTerms, StoredKeys, new_key
from tests.client.conftest import serving
from tests.sockets import INIT, socket

pytestmark = pytest.mark.anyio

KEY = "k" * 32
TOKENS = AccessTokens(KEY, previous=[], lifetime=timedelta(minutes=15))
ACCOUNT = UUID(int=7)
ADDRESS = "192.0.2.7"
SECRET = "s3cret"  # noqa: S105 - it opens nothing.


async def viewer(database: Database, **headers: str) -> Viewer:
    """Return who sends these headers; an underscore in a name stands for a hyphen."""
    # Its budgets are counted in this process: nothing listens there.
    budgets = Budgets(Redis.from_url(f"redis://127.0.0.1:{free_port()}"), "tests")
    resources = SimpleNamespace(
        access_tokens=TOKENS, api_keys=StoredKeys(database), budgets=budgets
    )
    sent = [(name.replace("_", "-").lower(), value) for name, value in headers.items()]
    return await viewer_of(
        HTTPConnection(
            {
                "type": "http",
                "headers": [(name.encode(), value.encode()) for name, value in sent],
                "client": (ADDRESS, 50_000),
                "app": SimpleNamespace(state=SimpleNamespace(resources=resources)),
            }
        )
    )


async def partner_key(database: Database, **terms: int) -> tuple[str, UUID]:
    """Make a key for acme, and return its text and id."""
    text = new_key()
    async with database.session.begin() as session:
        await api_keys.create(session, text, KeyTerms("acme", ["documents:publish"], **terms))  # type: ignore[arg-type]
        return text, (await session.scalars(select(ApiKey.id))).one()


async def test_a_request_without_headers_is_anonymous(database: Database) -> None:
    assert await viewer(database) == Viewer(address=ADDRESS)
    assert await viewer(database, X_Cart_Secret="") == Viewer(address=ADDRESS)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_a_token_names_the_account_and_its_role(database: Database, scheme: str) -> None:
    token = TOKENS.issue(ACCOUNT, "merchant")

    assert await viewer(database, Authorization=f"{scheme} {token.text}") == Viewer(
        ACCOUNT, "merchant", None, token.expires_at, address=ADDRESS
    )


async def test_the_secret_of_a_cart_is_known_by_its_hash(database: Database) -> None:
    assert await viewer(database, X_Cart_Secret=SECRET) == Viewer(
        cart_secret_hash=sha256(SECRET.encode()).digest(), address=ADDRESS
    )


async def test_a_key_names_its_client_with_its_terms(database: Database) -> None:
    text, key_id = await partner_key(database, maximum_cost=7, budget=70)

    found = await viewer(database, X_API_Key=text)

    key = PartnerKey(key_id, "acme", frozenset({"documents:publish"}), None, 7, 70)
    assert found == Viewer(key=key, address=ADDRESS)
    assert found.grants == {"documents:publish"}


async def test_a_token_a_key_and_a_cart_may_come_together(database: Database) -> None:
    token = TOKENS.issue(ACCOUNT, "customer")
    text, key_id = await partner_key(database)

    found = await viewer(
        database, Authorization=f"Bearer {token.text}", X_Cart_Secret=SECRET, X_API_Key=text
    )

    key = PartnerKey(key_id, "acme", frozenset({"documents:publish"}))
    secret_hash = sha256(SECRET.encode()).digest()
    assert found == Viewer(ACCOUNT, "customer", secret_hash, token.expires_at, key, ADDRESS)
    assert found.grants == {"customer", "documents:publish"}


INVALID = ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic dXNlcjpwYXNz", "nonsense"]


@pytest.mark.parametrize("given", INVALID)
async def test_another_authorization_is_refused(database: Database, given: str) -> None:
    with pytest.raises(InvalidAccessToken):
        await viewer(database, Authorization=given)


@pytest.mark.parametrize("given", ["", "pyshop_key_", "Bearer x", "pyshop_key_" + "a" * 43])
async def test_another_key_is_refused(database: Database, given: str) -> None:
    await partner_key(database)

    with pytest.raises(InvalidApiKey):
        await viewer(database, X_API_Key=given)


@pytest.mark.parametrize("given", INVALID)
async def test_a_refused_token_answers_401(api: httpx.AsyncClient, given: str) -> None:
    response = await api.post(
        "/graphql", json={"query": "{ __typename }"}, headers={"Authorization": given}
    )

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert response.json() == {
        "errors": [
            {
                "message": "The access token is not valid any more: refresh it, or log in again.",
                "extensions": {"code": "UNAUTHENTICATED"},
            }
        ]
    }


async def test_an_expired_token_answers_401(api: httpx.AsyncClient, settings: Settings) -> None:
    expired = AccessTokens.of(settings.model_copy(update={"access_token_minutes": -1}))
    headers = {"Authorization": f"Bearer {expired.issue(ACCOUNT, 'admin').text}"}

    response = await api.post("/graphql", json={"query": "{ __typename }"}, headers=headers)

    assert response.status_code == 401


async def test_a_good_token_is_let_in(api: httpx.AsyncClient, settings: Settings) -> None:
    token = AccessTokens.of(settings).issue(ACCOUNT, "customer")
    headers = {"Authorization": f"Bearer {token.text}"}

    response = await api.post("/graphql", json={"query": "{ __typename }"}, headers=headers)

    assert (response.status_code, response.json()) == (200, {"data": {"__typename": "Query"}})


async def test_a_refused_key_answers_401(api: httpx.AsyncClient) -> None:
    response = await api.post(
        "/graphql", json={"query": "{ __typename }"}, headers={"X-API-Key": new_key()}
    )

    assert response.status_code == 401
    assert response.json() == {
        "errors": [
            {
                "message": "The API key is not good: it is mistyped, has expired, or was revoked.",
                "extensions": {"code": "INVALID_API_KEY"},
            }
        ]
    }


async def test_of_several_keys_the_first_counts(api: httpx.AsyncClient, database: Database) -> None:
    known, _ = await partner_key(database)
    keys = [("X-API-Key", known), ("X-API-Key", new_key())]

    first = await api.get("/v1/products", headers=keys)
    last = await api.get("/v1/products", headers=keys[::-1])

    assert (first.status_code, last.status_code) == (200, 401)


async def test_a_refused_key_is_a_problem_of_rest(api: httpx.AsyncClient) -> None:
    response = await api.get("/v1/products", headers={"X-API-Key": new_key()})

    assert (response.status_code, response.json()["code"]) == (401, "INVALID_API_KEY")


async def test_who_tries_many_keys_has_to_wait_and_the_others_do_not(
    settings: Settings, database: Database
) -> None:
    known, _ = await partner_key(database)
    (each,) = attempts.api_key(Viewer(address="127.0.0.1"))
    async with open_redis(settings) as redis:
        budgets = Budgets(redis, settings.redis_namespace)
        await budgets.spend(each.name, each.whose, each.limit.amount - 1, each.limit)
    body = {"query": "{ __typename }"}
    wrong = {"X-API-Key": f"{known}x"}

    async with (
        serving(settings) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as api,
    ):
        last = await api.post("/graphql", json=body, headers=wrong)
        refused = await api.post("/graphql", json=body, headers=wrong)
        by_rest = await api.get("/v1/products", headers=wrong)
        allowed = await api.get("/v1/products", headers={"X-API-Key": known})
        async with socket(port) as open_:
            await open_.send(INIT | {"payload": wrong})
            closed = await open_.closed()

    seconds = refused.json()["errors"][0]["extensions"]["retryAfter"]
    message = f"This was tried too often: try again in {seconds} seconds."
    assert (last.status_code, last.json()["errors"][0]["extensions"]["code"]) == (
        401,
        "INVALID_API_KEY",
    )
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(seconds))
    assert refused.json() == {
        "errors": [
            {
                "message": message,
                "extensions": {"code": "TOO_MANY_ATTEMPTS", "retryAfter": seconds},
            }
        ]
    }
    assert (by_rest.status_code, by_rest.json()["code"]) == (429, "TOO_MANY_ATTEMPTS")
    assert 0 < int(by_rest.headers["Retry-After"]) <= 2 * each.limit.seconds
    assert allowed.status_code == 200
    assert closed[0] == 4429
