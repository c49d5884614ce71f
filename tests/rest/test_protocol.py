"""What every answer of the layer does: caching, deprecation, problems and limits."""

import httpx
import pytest

from app.graph_runner import InProcessGraph
from core.graph_runner import GraphAnswer
from tests.conftest import AsAccount
from tests.factories import Factory

pytestmark = pytest.mark.anyio

DEPRECATION = "@1795478400"
SUCCESSOR = '</graphql>; rel="successor-version"'


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/v1/products", 200),
        ("GET", "/v1/products/mug", 422),
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/v1/products", 405),
    ],
)
async def test_every_answer_names_the_successor(
    api: httpx.AsyncClient, method: str, address: str, status: int
) -> None:
    response = await api.request(method, address)

    assert response.status_code == status
    assert response.headers["Deprecation"] == DEPRECATION
    assert response.headers.get_list("Link") == [SUCCESSOR]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/v1/products", "GET"),
        ("/v1/cart", "GET, POST"),
        ("/v1/cart/lines/some", "DELETE, PATCH"),
        ("/health/live", "GET"),
    ],
)
async def test_a_refused_method_names_those_that_are_not(
    api: httpx.AsyncClient, address: str, allowed: str
) -> None:
    response = await api.put(address)

    assert response.status_code == 405
    assert response.headers["Allow"] == allowed
    assert response.json() == {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": "This address does not take this method.",
        "code": "METHOD_NOT_ALLOWED",
        "errors": [],
    }


@pytest.mark.parametrize("address", ["/health/live", "/nothing", "/openapi.json", "/docs"])
async def test_nothing_else_is_deprecated(api: httpx.AsyncClient, address: str) -> None:
    response = await api.get(address)

    assert "Deprecation" not in response.headers
    assert "Link" not in response.headers


async def test_a_known_body_is_not_sent_again(api: httpx.AsyncClient, factory: Factory) -> None:
    first = await api.get("/v1/products")
    tag = first.headers["ETag"]

    again = await api.get("/v1/products", headers={"If-None-Match": tag})
    await factory.variant(product=await factory.product())
    changed = await api.get("/v1/products", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    kept = ("ETag", "Cache-Control", "Vary", "Deprecation", "Link")
    assert [again.headers[name] for name in kept] == [first.headers[name] for name in kept]
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


@pytest.mark.parametrize(
    ("sent", "status"),
    [("*", 304), ('"other", {}', 304), ("W/{}", 304), ('"other"', 200), ("", 200)],
)
async def test_tags_are_compared_weakly(api: httpx.AsyncClient, sent: str, status: int) -> None:
    tag = (await api.get("/v1/products")).headers["ETag"]

    response = await api.get("/v1/products", headers={"If-None-Match": sent.format(tag)})

    assert response.status_code == status


async def test_a_problem_has_no_tag(api: httpx.AsyncClient) -> None:
    response = await api.get("/v1/products/mug", headers={"If-None-Match": "*"})

    assert response.status_code == 422
    assert "ETag" not in response.headers


async def test_shared_caches_keep_what_everybody_sees(
    api: httpx.AsyncClient, as_account: AsAccount
) -> None:
    known = await as_account("admin")

    anonymous = await api.get("/v1/products")
    own = await api.get("/v1/products", headers=known.headers)

    assert anonymous.headers["Cache-Control"] == "public, max-age=60"
    assert own.headers["Cache-Control"] == "private, no-cache"
    assert anonymous.headers["Vary"] == own.headers["Vary"] == "Authorization"


async def test_a_token_that_is_not_valid_is_refused(api: httpx.AsyncClient) -> None:
    response = await api.get("/v1/products", headers={"Authorization": "Bearer nonsense"})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert response.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "The access token is not valid any more: refresh it, or log in again.",
        "code": "UNAUTHENTICATED",
        "errors": [],
    }


async def test_the_correlation_id_comes_back(api: httpx.AsyncClient) -> None:
    response = await api.get("/v1/products", headers={"X-Correlation-ID": "mine"})

    assert response.headers["X-Correlation-ID"] == "mine"


async def test_an_unexpected_error_of_the_graph_is_told_by_its_id(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = {
        "message": "Something went wrong on our side.",
        "path": ["products"],
        "extensions": {"code": "INTERNAL_SERVER_ERROR", "errorId": "e1"},
    }

    async def run(*_args: object) -> GraphAnswer:
        return GraphAnswer({"products": None}, [error])

    monkeypatch.setattr(InProcessGraph, "run", run)
    response = await api.get("/v1/products")

    assert response.status_code == 500
    assert response.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Something went wrong on our side.",
        "code": "INTERNAL_SERVER_ERROR",
        "errorId": "e1",
        "errors": [],
    }


async def test_an_unexpected_error_of_the_layer_is_masked(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(*_args: object) -> GraphAnswer:
        return GraphAnswer({"products": {"secret": "the shape of this"}})

    monkeypatch.setattr(InProcessGraph, "run", run)
    response = await api.get("/v1/products")

    body = response.json()
    assert (response.status_code, body["code"]) == (500, "INTERNAL_SERVER_ERROR")
    assert len(body["errorId"]) == 32
    assert "secret" not in response.text


async def test_the_page_shows_the_description(api: httpx.AsyncClient) -> None:
    page = await api.get("/docs")

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "url: '/openapi.json'" in page.text
