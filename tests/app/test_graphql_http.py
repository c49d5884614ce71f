"""GraphQL over HTTP: what is no request, what is no document, and what stays inside."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from loguru import logger

from core.correlation import HEADER
from core.settings import ROOT
from tests.graph import Graph

if TYPE_CHECKING:
    from loguru import Message, Record

pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json"}
TYPE_NAME = {"data": {"__typename": "Query"}}


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


@pytest.mark.parametrize(
    ("document", "variables", "code"),
    [
        ("{ products {", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ products { nope } }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("{ products { nodes } }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("mutation { buy }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($id: ID!) { node(id: $id) { id } }", {}, "BAD_USER_INPUT"),
        ("query ($n: Int!) { products(first: $n) { totalCount } }", {"n": "1"}, "BAD_USER_INPUT"),
        ("query ($n: Int!) { products(first: $n) { totalCount } }", {"n": 2**31}, "BAD_USER_INPUT"),
    ],
)
async def test_what_is_wrong_with_an_operation_has_a_code(
    graph: Graph, document: str, variables: dict[str, object], code: str
) -> None:
    answer = await graph.answer(document, **variables)

    assert answer["data"] is None
    assert [error["extensions"] for error in answer["errors"]] == [{"code": code}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Unable to parse request body as JSON"),
        (b"{", "Unable to parse request body as JSON"),
        (b"\xff", "Unable to parse request body as JSON"),
        (b'{"query": "\\ud800"}', "Unable to parse request body as JSON"),
        (b"5", "A request and its variables must be JSON objects."),
        (b'[{"query": "{ __typename }"}]', "A request and its variables must be JSON objects."),
        (b"{}", "No GraphQL query found in the request"),
        (b'{"query": ""}', "No GraphQL query found in the request"),
        (b'{"query": 5}', "The GraphQL operation's `query` must be a string or null, if provided."),
        (b'{"query": "{ __typename }", "operationName": "No"}', 'Unknown operation named "No".'),
    ],
)
async def test_a_body_that_is_no_request_answers_400(
    api: httpx.AsyncClient, content: bytes, message: str
) -> None:
    response = await api.post("/graphql", content=content, headers=JSON)

    assert response.status_code == 400
    assert response.json() == {
        "errors": [{"message": message, "extensions": {"code": "BAD_REQUEST"}}]
    }


async def test_a_body_of_another_type_answers_400(api: httpx.AsyncClient) -> None:
    response = await api.post("/graphql", content="{ __typename }")

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_another_method_answers_405(api: httpx.AsyncClient, method: str) -> None:
    assert (await api.request(method, "/graphql")).status_code == 405


async def test_a_query_may_come_by_get(api: httpx.AsyncClient) -> None:
    document = "query ($yes: Boolean!) { __typename @include(if: $yes) }"
    response = await api.get("/graphql", params={"query": document, "variables": '{"yes": true}'})

    assert (response.status_code, response.json()) == (200, TYPE_NAME)


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
async def test_get_without_a_query_is_no_request(api: httpx.AsyncClient, accept: str) -> None:
    response = await api.get("/graphql", headers={"Accept": accept})

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


async def test_a_browser_gets_graphiql_with_the_shops_operations(api: httpx.AsyncClient) -> None:
    response = await api.get("/graphql", headers={"Accept": "text/html,*/*;q=0.8"})

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    script = re.search(r'<script id="examples".*?>(.*?)</script>', response.text, re.DOTALL)
    assert script is not None
    names = ("Search", "BrowseProducts", "CategoryTree")
    assert [tab["query"] for tab in json.loads(script[1])] == [
        (ROOT / "client" / "operations" / f"{name}.graphql").read_text() for name in names
    ]


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
