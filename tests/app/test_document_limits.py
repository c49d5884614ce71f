"""The limits of documents hold whichever way a document comes."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from core.document_store import Document
from core.settings import Settings
from tests.client.conftest import serving as on_a_port
from tests.conftest import serving
from tests.factories import Factory
from tests.sockets import socket

pytestmark = pytest.mark.anyio

URL = "/graphql"
DEPTH = 5
DEEP = "query Deep { categories { nodes { parent { parent { parent { id } } } } } }"
REFUSAL = {
    "message": "The document is 6 fields deep, and the limit is 5:"
    " `categories.nodes.parent.parent.parent.id` is too deep.",
    "locations": [{"line": 1, "column": DEEP.index(" id ") + 2}],
    "extensions": {
        "code": "DEPTH_LIMIT_EXCEEDED",
        "count": 6,
        "limit": 5,
        "field": "categories.nodes.parent.parent.parent.id",
    },
}


@pytest.fixture
def limited(settings: Settings) -> Settings:
    return settings.model_copy(update={"maximum_depth": DEPTH})


@pytest.fixture
async def api(limited: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(limited) as api:
        yield api


async def test_by_post(api: httpx.AsyncClient, statements: list[str]) -> None:
    response = await api.post(URL, json={"query": DEEP})

    assert response.json() == {"errors": [REFUSAL]}
    assert statements == []


async def test_with_the_status_of_what_cannot_be_run(api: httpx.AsyncClient) -> None:
    headers = {"Accept": "application/graphql-response+json"}

    for query in (DEEP, "{" * 1001, "#" * 15_001):
        assert (await api.post(URL, json={"query": query}, headers=headers)).status_code == 400


async def test_by_get(api: httpx.AsyncClient, statements: list[str]) -> None:
    response = await api.get(URL, params={"query": DEEP})

    assert response.json() == {"errors": [REFUSAL]}
    assert statements == []


async def test_as_an_event_stream(api: httpx.AsyncClient, statements: list[str]) -> None:
    response = await api.post(URL, json={"query": DEEP}, headers={"Accept": "text/event-stream"})

    first, *_ = [line for line in response.text.splitlines() if line.startswith("data: ")]
    assert json.loads(first.removeprefix("data: ")) == {"errors": [REFUSAL]}
    assert statements == []


async def test_as_parts(api: httpx.AsyncClient, statements: list[str]) -> None:
    headers = {"Accept": "multipart/mixed;subscriptionSpec=1.0"}
    response = await api.post(URL, json={"query": DEEP}, headers=headers)

    (part,) = [line for line in response.text.splitlines() if "DEPTH" in line]
    assert json.loads(part)["payload"] == {"errors": [REFUSAL]}
    assert statements == []


async def test_over_a_socket_that_goes_on(limited: Settings, statements: list[str]) -> None:
    async with on_a_port(limited) as port, socket(port) as open_:
        await open_.open()
        for id_, query in (("1", DEEP), ("2", "{" * 1001)):
            await open_.subscribe(id_, {"query": query})
        refused = [await open_.error(), await open_.error()]
        await open_.subscribe("3")
        said = await open_.hear()

    assert refused == [("1", "DEPTH_LIMIT_EXCEEDED"), ("2", "TOKEN_LIMIT_EXCEEDED")]
    assert said["payload"] == {"data": {"__typename": "Query"}}
    assert statements == []


async def test_by_its_hash(api: httpx.AsyncClient, factory: Factory) -> None:
    """It may have been published before the limit was set."""
    document = Document("Deep", "query", DEEP)
    await factory.documents("acme", document)

    response = await api.post(URL, json={"documentId": f"sha256:{document.sha256.hex()}"})

    assert response.json() == {"errors": [REFUSAL]}


async def test_by_rest(settings: Settings) -> None:
    async with serving(settings.model_copy(update={"maximum_depth": 1})) as api:
        response = await api.get("/v1/products")

    assert response.json()["code"] == "DEPTH_LIMIT_EXCEEDED"


async def test_in_a_subgraph(limited: Settings) -> None:
    async with serving(limited.model_copy(update={"subgraph": "catalog"})) as api:
        response = await api.post(URL, json={"query": DEEP})

    assert response.json() == {"errors": [REFUSAL]}
