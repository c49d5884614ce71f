"""Who a request comes from, by its headers."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import httpx
import pytest
from starlette.datastructures import Headers

from app.authentication import viewer_of
from core.settings import Settings
from core.tokens import AccessTokens, InvalidAccessToken
from core.viewer import ANONYMOUS, Viewer

KEY = "k" * 32
TOKENS = AccessTokens(KEY, previous=[], lifetime=timedelta(minutes=15))
ACCOUNT = UUID(int=7)


def test_a_request_without_headers_is_anonymous() -> None:
    assert viewer_of(Headers(), TOKENS) == ANONYMOUS
    assert viewer_of(Headers({"X-Cart-Secret": ""}), TOKENS) == ANONYMOUS


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_names_the_account_and_its_role(scheme: str) -> None:
    token = TOKENS.issue(ACCOUNT, "merchant")

    assert viewer_of(Headers({"Authorization": f"{scheme} {token.text}"}), TOKENS) == Viewer(
        ACCOUNT, "merchant", None, token.expires_at
    )


def test_the_secret_of_a_cart_is_known_by_its_hash() -> None:
    assert viewer_of(Headers({"X-Cart-Secret": "s3cret"}), TOKENS) == Viewer(
        cart_secret_hash=sha256(b"s3cret").digest()
    )


def test_a_token_and_a_cart_may_come_together() -> None:
    token = TOKENS.issue(ACCOUNT, "customer")
    headers = Headers({"Authorization": f"Bearer {token.text}", "X-Cart-Secret": "s3cret"})

    assert viewer_of(headers, TOKENS) == Viewer(
        ACCOUNT, "customer", sha256(b"s3cret").digest(), token.expires_at
    )


INVALID = ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic dXNlcjpwYXNz", "nonsense"]


@pytest.mark.parametrize("given", INVALID)
def test_another_authorization_is_refused(given: str) -> None:
    with pytest.raises(InvalidAccessToken):
        viewer_of(Headers({"Authorization": given}), TOKENS)


@pytest.mark.anyio
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


@pytest.mark.anyio
async def test_an_expired_token_answers_401(api: httpx.AsyncClient, settings: Settings) -> None:
    expired = AccessTokens.of(settings.model_copy(update={"access_token_minutes": -1}))
    headers = {"Authorization": f"Bearer {expired.issue(ACCOUNT, 'admin').text}"}

    response = await api.post("/graphql", json={"query": "{ __typename }"}, headers=headers)

    assert response.status_code == 401


@pytest.mark.anyio
async def test_a_good_token_is_let_in(api: httpx.AsyncClient, settings: Settings) -> None:
    token = AccessTokens.of(settings).issue(ACCOUNT, "customer")
    headers = {"Authorization": f"Bearer {token.text}"}

    response = await api.post("/graphql", json={"query": "{ __typename }"}, headers=headers)

    assert (response.status_code, response.json()) == (200, {"data": {"__typename": "Query"}})
