"""Failures of the GraphQL endpoint: what stays inside, and what the log tells."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from loguru import logger
from starlette.requests import ClientDisconnect

from core.correlation import HEADER
from tests.graph import Graph

if TYPE_CHECKING:
    from loguru import Message, Record

pytestmark = pytest.mark.anyio

MODERN = "application/graphql-response+json"


@pytest.fixture
def log(api: httpx.AsyncClient) -> Iterator[list["Record"]]:
    """What the running API logs."""
    del api  # Its start sets up the logs anew, so that it comes first.
    records: list[Record] = []

    def keep(message: "Message") -> None:
        records.append(message.record)

    sink = logger.add(keep, level="INFO")
    yield records
    logger.remove(sink)


async def test_an_unexpected_error_is_masked_and_logged_under_its_id(
    graph: Graph, log: list["Record"], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object, **_named: object) -> Any:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("resolvers.catalog.all_products", broken)

    (error,) = (await graph.answer("{ products { totalCount } }"))["errors"]

    assert error["path"] == ["products"]
    assert error["message"] == (
        "Something went wrong on our side. Tell us the errorId and we can find out what."
    )
    assert error["extensions"].keys() == {"code", "errorId"}
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    (logged,) = (record for record in log if record["level"].name == "ERROR")
    assert error["extensions"]["errorId"] in logged["message"]
    assert logged["exception"] is not None
    assert str(logged["exception"].value) == "the password is hunter2"


# No plan covers introspection, which so goes through all of Strawberry.
BY_PLAN, BY_STRAWBERRY = "{ __typename }", "{ __schema { __typename } }"


@pytest.mark.parametrize(
    ("document", "broken"),
    [
        (BY_PLAN, "execution.direct.Direct._ready"),
        (BY_PLAN, "execution.plan.plan.Plan.execute"),
        (BY_PLAN, "app.graphql_direct.status_of"),
        (BY_STRAWBERRY, "execution.document_cache.CheckedDocuments.on_parse"),
        (BY_STRAWBERRY, "app.graphql_http.GraphQLOverHTTP.create_response"),
    ],
)
async def test_an_error_outside_of_every_field_is_masked_too(
    api: httpx.AsyncClient,
    log: list["Record"],
    monkeypatch: pytest.MonkeyPatch,
    document: str,
    broken: str,
) -> None:
    def break_down(*_args: object, **_named: object) -> Any:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(broken, break_down)

    response = await api.post("/graphql", json={"query": document}, headers={"Accept": MODERN})

    assert response.status_code == 500
    assert response.headers["Content-Type"] == f"{MODERN}; charset=utf-8"
    assert response.json().keys() == {"errors"}
    (error,) = response.json()["errors"]
    assert "hunter2" not in response.text
    assert error["extensions"].keys() == {"code", "errorId"}
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    (logged,) = (record for record in log if record["level"].name == "ERROR")
    assert error["extensions"]["errorId"] in logged["message"]
    assert logged["exception"] is not None
    assert str(logged["exception"].value) == "the password is hunter2"


async def test_a_client_that_breaks_off_is_no_error_of_the_shop(
    api: httpx.AsyncClient, log: list["Record"]
) -> None:
    async def broken_off() -> AsyncIterator[bytes]:
        yield b'{"query":'
        raise ClientDisconnect

    headers = {"Content-Type": "application/json"}
    response = await api.post("/graphql", content=broken_off(), headers=headers)

    assert response.status_code == 400
    assert [record["level"].name for record in log] == ["INFO"]


async def test_a_false_token_is_refused_in_the_type_that_is_asked_for(
    api: httpx.AsyncClient,
) -> None:
    headers = {"Accept": MODERN, "Authorization": "Bearer false"}
    response = await api.post("/graphql", json={"query": "{ __typename }"}, headers=headers)

    assert response.status_code == 401
    assert response.headers["Content-Type"] == f"{MODERN}; charset=utf-8"


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({"query": "{ __typename }", "operationName": "A"}, "OPERATION_RESOLUTION_FAILURE"),
        (
            {"query": "query A { __typename } query B { __typename }"},
            "OPERATION_RESOLUTION_FAILURE",
        ),
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    ],
)
async def test_a_stream_tells_the_same_codes(
    api: httpx.AsyncClient, log: list["Record"], operation: dict[str, str], code: str
) -> None:
    headers = {"Accept": "text/event-stream"}
    response = await api.post("/graphql", json=operation, headers=headers)

    assert f'"extensions":{{"code":"{code}"}}' in response.text
    assert '"data"' not in response.text
    assert [record["level"].name for record in log] == ["INFO"]


async def test_a_clients_correlation_id_is_echoed_and_logged(
    api: httpx.AsyncClient, log: list["Record"]
) -> None:
    response = await api.get("/graphql", headers={HEADER: "order-7.retry_2"})

    assert response.headers[HEADER] == "order-7.retry_2"
    assert [record["extra"]["correlation_id"] for record in log] == ["order-7.retry_2"]


@pytest.mark.parametrize("given", ["", "two words", "a" * 65, "a;b"])
async def test_a_malformed_correlation_id_is_replaced(api: httpx.AsyncClient, given: str) -> None:
    response = await api.get("/graphql", headers={HEADER: given})

    assert re.fullmatch(r"[0-9a-f]{32}", response.headers[HEADER])


async def test_each_request_without_a_correlation_id_gets_its_own(api: httpx.AsyncClient) -> None:
    first, second = [(await api.get("/graphql")).headers[HEADER] for _ in range(2)]

    assert first != second
