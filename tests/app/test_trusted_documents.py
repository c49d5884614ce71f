"""Requests that name a registered document, and an endpoint that is closed to all others."""

import json
from typing import Any

import httpx
import pytest

from core.database import Database
from core.settings import Settings
from services import documents
from services.documents import Document
from tests.conftest import serving

pytestmark = pytest.mark.anyio

COUNT = Document(
    "Count", "query", "query Count($first: Int!) { products(first: $first) { totalCount } }"
)
CLEAR = Document("Clear", "mutation", "mutation Clear { cartClear { errors { __typename } } }")
OTHER = "{ categories { totalCount } }"
COUNTED = {"data": {"products": {"totalCount": 0}}}
HASH = COUNT.sha256.hex()


@pytest.fixture(autouse=True)
async def published(database: Database) -> None:
    async with database.session.begin() as session:
        await documents.publish(session, "acme", [COUNT, CLEAR])


def persisted(sha256: object) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256}}}


async def post(api: httpx.AsyncClient, **given: object) -> Any:
    answer = await api.post("/graphql", json={"variables": {"first": 1}, **given})
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
