"""Requests that name a registered document, and an endpoint that is closed to all others."""

import hashlib
import json
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.authentication import API_KEY
from core.database import Database
from core.document_store import Document
from core.settings import Settings
from models import DocumentUse
from tests.conftest import serving
from tests.factories import Factory

pytestmark = pytest.mark.anyio

COUNT = Document(
    "Count", "query", "query Count($first: Int!) { products(first: $first) { totalCount } }"
)
CLEAR = Document("Clear", "mutation", "mutation Clear { cartClear { errors { __typename } } }")
OTHERS = Document("Theirs", "query", "query Theirs { categories { totalCount } }")
OTHER = "{ categories { totalCount } }"
COUNTED = {"data": {"products": {"totalCount": 0}}}
HASH = COUNT.sha256.hex()


@pytest.fixture(autouse=True)
async def published(factory: Factory) -> None:
    await factory.documents("acme", COUNT, CLEAR)
    await factory.documents("other", OTHERS)


@pytest.fixture
async def key(factory: Factory) -> str:
    """The key of acme."""
    return await factory.api_key("acme")


def persisted(sha256: object) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256}}}


async def post(api: httpx.AsyncClient, key: str | None = None, **given: object) -> Any:
    headers = {API_KEY: key} if key else {}
    answer = await api.post("/graphql", json={"variables": {"first": 1}, **given}, headers=headers)
    assert answer.status_code == 200
    return answer.json()


def codes(answer: Any) -> list[str]:
    assert "data" not in answer
    return [error["extensions"]["code"] for error in answer["errors"]]


@pytest.mark.parametrize(
    "named",
    [
        persisted(HASH),
        persisted(HASH.upper()),
        {"documentId": f"sha256:{HASH}"},
        {"documentId": HASH},
        {"query": COUNT.body, **persisted(HASH)},
    ],
)
async def test_a_document_is_run_by_its_hash(api: httpx.AsyncClient, named: dict[str, Any]) -> None:
    in_address = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in {"variables": {"first": 1}, **named}.items()
    }

    assert await post(api, **named) == COUNTED
    assert (await api.get("/graphql", params=in_address)).json() == COUNTED


@pytest.mark.parametrize(
    ("named", "code"),
    [
        (persisted("0" * 64), "PERSISTED_QUERY_NOT_FOUND"),
        ({"documentId": "sha256:" + "0" * 64}, "PERSISTED_QUERY_NOT_FOUND"),
        (persisted("0" * 63), "BAD_USER_INPUT"),
        (persisted("x" * 64), "BAD_USER_INPUT"),
        (persisted(1), "BAD_USER_INPUT"),
        ({"extensions": {"persistedQuery": 1}}, "BAD_USER_INPUT"),
        ({"documentId": {}}, "BAD_USER_INPUT"),
        ({"query": OTHER, **persisted(HASH)}, "BAD_USER_INPUT"),
    ],
)
async def test_what_names_no_document_is_refused(
    api: httpx.AsyncClient, named: dict[str, Any], code: str
) -> None:
    assert codes(await post(api, **named)) == [code]


async def test_a_client_that_names_the_operation_is_told_that_the_document_is_not_there(
    api: httpx.AsyncClient,
) -> None:
    # As Apollo's clients ask; told anything else, they would not send the text.
    assert codes(await post(api, operationName="Count", **persisted("0" * 64))) == [
        "PERSISTED_QUERY_NOT_FOUND"
    ]


async def test_a_registered_mutation_is_refused_by_get(api: httpx.AsyncClient) -> None:
    answer = await api.get("/graphql", params={"documentId": CLEAR.sha256.hex()})

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


async def test_a_document_is_read_from_the_database_once(
    api: httpx.AsyncClient, statements: list[str]
) -> None:
    for _ in range(2):
        await post(api, **persisted(HASH))

    assert [each for each in statements if "trusted_documents" in each] == statements[:1]


async def test_a_closed_endpoint_runs_registered_documents_only(settings: Settings) -> None:
    closed = settings.model_copy(update={"only_trusted_documents": True})
    async with serving(closed) as api:
        assert await post(api, **persisted(HASH)) == COUNTED
        assert await post(api, query=COUNT.body) == COUNTED
        assert codes(await post(api, query=OTHER)) == ["TRUSTED_DOCUMENT_REQUIRED"]
        assert codes(await post(api, query="{ __schema { description } }")) == [
            "TRUSTED_DOCUMENT_REQUIRED"
        ]
        assert (await api.get("/v1/products")).status_code == 200


async def test_an_open_endpoint_does_not_look_a_document_up(
    api: httpx.AsyncClient, statements: list[str]
) -> None:
    assert await post(api, query=OTHER) == {"data": {"categories": {"totalCount": 0}}}
    assert not any("trusted_documents" in each for each in statements)


async def test_a_key_runs_its_clients_own_documents_and_nothing_else(
    api: httpx.AsyncClient, key: str
) -> None:
    assert await post(api, key, **persisted(HASH)) == COUNTED
    assert await post(api, key, query=COUNT.body) == COUNTED
    assert codes(await post(api, key, **persisted(OTHERS.sha256.hex()))) == [
        "PERSISTED_QUERY_NOT_FOUND"
    ]
    for query in (OTHERS.body, OTHER, "{ __typename }", "{ nonsense }", "{ __schema { __typename"):
        assert codes(await post(api, key, query=query)) == ["TRUSTED_DOCUMENT_REQUIRED"]
    assert codes(await post(api, key, query=OTHER, **persisted(sha256(OTHER)))) == [
        "TRUSTED_DOCUMENT_REQUIRED"
    ]


async def test_a_document_that_a_key_may_not_run_is_not_remembered_for_it(
    api: httpx.AsyncClient, key: str
) -> None:
    assert "data" in await post(api, query=OTHER, **persisted(sha256(OTHER)))

    assert codes(await post(api, key, **persisted(sha256(OTHER)))) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_a_key_opens_rest_whose_documents_are_the_shops(
    api: httpx.AsyncClient, key: str
) -> None:
    assert (await api.get("/v1/products", headers={API_KEY: key})).status_code == 200


async def test_a_subgraph_takes_what_a_gateway_asks_for_a_key(settings: Settings, key: str) -> None:
    async with serving(settings.model_copy(update={"subgraph": "catalog"})) as api:
        assert await post(api, key, query=OTHER) == {"data": {"categories": {"totalCount": 0}}}


async def test_a_text_that_came_with_its_hash_is_remembered(api: httpx.AsyncClient) -> None:
    hashed = persisted(sha256(OTHER))
    assert codes(await post(api, **hashed)) == ["PERSISTED_QUERY_NOT_FOUND"]

    first = await post(api, query=OTHER, **hashed)

    assert first == {"data": {"categories": {"totalCount": 0}}}
    assert await post(api, **hashed) == first


@pytest.mark.parametrize("text", ["{ nonsense }", "{ categories {", OTHER + " # " + "x" * 9])
async def test_a_text_is_remembered_only_when_it_is_valid(
    api: httpx.AsyncClient, text: str
) -> None:
    hashed = persisted(sha256(text))

    is_valid = "data" in await post(api, query=text, **hashed)

    assert ("data" in await post(api, **hashed)) == is_valid == text.startswith(OTHER)


async def test_texts_are_not_remembered_where_the_setting_says_so(settings: Settings) -> None:
    hashed = persisted(sha256(OTHER))
    forgetful = settings.model_copy(update={"automatic_persisted_queries": False})
    async with serving(forgetful) as api:
        assert "data" in await post(api, query=OTHER, **hashed)
        assert codes(await post(api, **hashed)) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_without_redis_a_text_is_sent_again(settings: Settings) -> None:
    away = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    async with serving(away) as api:
        for _ in range(2):
            assert "data" in await post(api, query=OTHER, **persisted(sha256(OTHER)))
        assert codes(await post(api, **persisted(sha256(OTHER)))) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_uses_are_counted_by_client(settings: Settings, database: Database, key: str) -> None:
    async with serving(settings) as api:
        for _ in range(3):
            await post(api, key, **persisted(HASH))
        await post(api, **persisted(OTHERS.sha256.hex()))
        await post(api, query=COUNT.body)
        await post(api, key, query=OTHER)

    uses = select(DocumentUse.client, DocumentUse.sha256, DocumentUse.count)
    counted = await database.fetch(uses.order_by(DocumentUse.client), {})
    assert [tuple(each) for each in counted] == [
        ("acme", COUNT.sha256, 3),
        ("other", OTHERS.sha256, 1),
    ]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
