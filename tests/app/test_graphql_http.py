"""GraphQL over HTTP: what is no request, what no operation, and what an answer comes as."""

import asyncio
import json
import re

import httpx
import pytest
from anyio import fail_after
from sqlalchemy import func, select

from app.graphql_direct import MOST_BYTES
from core.database import Database
from core.ids import encode_id
from core.settings import ROOT, Settings
from models.accounts import Account
from tests.client.conftest import serving
from tests.conftest import AsAccount
from tests.factories import Factory

pytestmark = pytest.mark.anyio

URL = "/graphql"
PATIENCE = 30
JSON = {"Content-Type": "application/json"}
MODERN = "application/graphql-response+json"
MODERN_UTF8 = "application/graphql-response+json; charset=utf-8"
PLAIN_UTF8 = "application/json; charset=utf-8"
# What errors are written in, for each that a client may want a result in.
ANSWERED_BY = {
    MODERN: MODERN_UTF8,
    "application/json": PLAIN_UTF8,
    "text/event-stream": PLAIN_UTF8,
}
TYPE_NAME = {"data": {"__typename": "Query"}}
FIRST = "query ($n: Int!) { products(first: $n) { totalCount } }"
TWO = "query A { __typename } query B { __typename }"
REGISTER = """mutation { accountRegister(email: "ann@example.com", password: "a long password") {
  account { id } } }"""
ACCOUNTS = select(func.count()).select_from(Account)

# The types that pages of other sites can send without asking, none, and what is not quite JSON.
FOREIGN = [
    "text/plain",
    "text/plain, application/json",
    "text/plain; application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/json; charset=utf-16",
    "",
    None,
]


def codes(response: httpx.Response) -> list[str]:
    """The codes of an answer that holds nothing but errors."""
    answer = response.json()
    assert answer.keys() == {"errors"}
    return [error["extensions"]["code"] for error in answer["errors"]]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"query": "{ products {"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ products { nope } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ products { nodes } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "mutation { buy }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query ($id: ID!) { node(id: $id) { id } }"}, "BAD_USER_INPUT"),
        ({"query": FIRST, "variables": {"n": "1"}}, "BAD_USER_INPUT"),
        ({"query": FIRST, "variables": {"n": 2**31}}, "BAD_USER_INPUT"),
        ({"query": TWO}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": TWO, "operationName": "C"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "fragment A on Query { __typename }"}, "OPERATION_RESOLUTION_FAILURE"),
    ],
)
async def test_an_operation_that_cannot_run_has_a_code_and_no_data(
    api: httpx.AsyncClient, request_: dict[str, object], code: str
) -> None:
    modern = await api.post(URL, json=request_, headers={"Accept": MODERN})
    plain = await api.post(URL, json=request_, headers={"Accept": "application/json"})

    assert (modern.status_code, modern.headers["Content-Type"]) == (400, MODERN_UTF8)
    assert (plain.status_code, plain.headers["Content-Type"]) == (200, PLAIN_UTF8)
    assert codes(modern) == codes(plain) == [code]


async def test_the_operation_that_is_named_runs(api: httpx.AsyncClient) -> None:
    document = "query A { __typename } query B { other: __typename }"
    response = await api.post(URL, json={"query": document, "operationName": "B"})

    assert response.json() == {"data": {"other": "Query"}}


@pytest.mark.parametrize(
    ("document", "data"),
    [
        ('{ node(id: "x") { id } }', {"node": None}),
        ("{ products(first: -1) { totalCount } }", None),
    ],
)
async def test_an_error_of_a_field_keeps_the_data(
    api: httpx.AsyncClient, document: str, data: object
) -> None:
    response = await api.post(URL, json={"query": document}, headers={"Accept": MODERN})

    assert (response.status_code, response.headers["Content-Type"]) == (200, MODERN_UTF8)
    assert response.json()["data"] == data
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


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
        (
            b'{"query": "{ __typename }", "operationName": ["A"]}',
            "The operation's `operationName` must be a string or null.",
        ),
    ],
)
async def test_a_body_that_is_no_request_answers_400(
    api: httpx.AsyncClient, content: bytes, message: str
) -> None:
    for accept, media_type in ANSWERED_BY.items():
        response = await api.post(URL, content=content, headers=JSON | {"Accept": accept})

        assert (response.status_code, response.headers["Content-Type"]) == (400, media_type)
        assert response.json() == {
            "errors": [{"message": message, "extensions": {"code": "BAD_REQUEST"}}]
        }


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
async def test_a_body_that_is_too_large_answers_413_before_it_has_all_come(
    settings: Settings, content_type: str
) -> None:
    headers = f"POST {URL} HTTP/1.1\r\nHost: shop\r\nContent-Type: {content_type}\r\n"
    with fail_after(PATIENCE):
        async with serving(settings) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"{headers}Content-Length: {10**9}\r\n\r\n".encode())
            writer.write(b" " * (MOST_BYTES + 1))
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()

    head, _, body = answer.decode().partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 413 ")
    assert json.loads(body) == {
        "errors": [
            {
                "message": "A request has at most 1,000,000 bytes.",
                "extensions": {"code": "CONTENT_TOO_LARGE"},
            }
        ]
    }


async def test_a_body_of_the_most_bytes_is_read(api: httpx.AsyncClient) -> None:
    content = b'{"query": "{ __typename }"}'.ljust(MOST_BYTES)

    assert (await api.post(URL, content=content, headers=JSON)).json() == TYPE_NAME


async def test_a_client_that_can_read_no_answer_gets_406(api: httpx.AsyncClient) -> None:
    for accept in ("text/html", "application/json;charset=latin-1", "image/*"):
        response = await api.post(URL, json={"query": REGISTER}, headers={"Accept": accept})

        assert (response.status_code, codes(response)) == (406, ["NOT_ACCEPTABLE"])


async def test_a_subscription_needs_an_answer_that_is_a_stream(api: httpx.AsyncClient) -> None:
    document = 'subscription { orderUpdated(id: "order_1") { cursor } }'
    response = await api.post(URL, json={"query": document})

    assert (response.status_code, codes(response)) == (406, ["NOT_ACCEPTABLE"])


async def test_what_another_site_can_send_does_nothing(
    api: httpx.AsyncClient, database: Database
) -> None:
    for content_type in FOREIGN:
        headers = {} if content_type is None else {"Content-Type": content_type}
        response = await api.post(URL, content=json.dumps({"query": REGISTER}), headers=headers)

        assert (response.status_code, codes(response)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])
    assert await database.fetch(ACCOUNTS, {}) == [(0,)]


async def test_a_mutation_by_get_does_nothing(api: httpx.AsyncClient, database: Database) -> None:
    for method in ("GET", "HEAD"):
        response = await api.request(method, URL, params={"query": REGISTER})
        assert (response.status_code, response.headers["Allow"]) == (405, "POST")

    assert codes(await api.get(URL, params={"query": REGISTER})) == ["METHOD_NOT_ALLOWED"]
    assert await database.fetch(ACCOUNTS, {}) == [(0,)]


async def test_another_method_answers_405(api: httpx.AsyncClient) -> None:
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "QUERY"):
        response = await api.request(method, URL, headers={"Accept": MODERN})

        assert (response.status_code, response.headers["Content-Type"]) == (405, MODERN_UTF8)
        assert response.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
        assert codes(response) == ["METHOD_NOT_ALLOWED"]


async def test_options_tell_the_methods(api: httpx.AsyncClient) -> None:
    response = await api.options(URL)

    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Allow"] == "GET, HEAD, POST, OPTIONS"


async def test_a_query_may_come_by_get(api: httpx.AsyncClient) -> None:
    document = "query ($yes: Boolean!) { __typename @include(if: $yes) }"
    params = {"query": document, "variables": '{"yes": true}', "operationName": ""}
    response = await api.get(URL, params=params)

    assert (response.status_code, response.json()) == (200, TYPE_NAME)


async def test_get_without_a_query_is_no_request(api: httpx.AsyncClient) -> None:
    for accept in ("*/*", "application/json", "text/html;q=0, */*"):
        response = await api.get(URL, headers={"Accept": accept})

        assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])


async def test_head_answers_as_get_would(settings: Settings) -> None:
    params = {"query": "{ __typename }"}
    async with (
        serving(settings) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        head, get = await client.head(URL, params=params), await client.get(URL, params=params)

    assert (head.status_code, get.status_code) == (200, 200)
    for name in ("Content-Type", "Content-Length"):
        assert head.headers[name] == get.headers[name]


async def test_head_does_not_follow_a_stream(
    api: httpx.AsyncClient, factory: Factory, as_account: AsAccount
) -> None:
    customer = await factory.account()
    variant = await factory.variant(product=await factory.product())
    order = await factory.order({variant: 1}, account_id=customer, status="pending")
    follow = f'subscription {{ orderUpdated(id: "{encode_id("order", order)}") {{ cursor }} }}'
    headers = (await as_account(id=customer)).headers | {"Accept": "text/event-stream"}

    with fail_after(PATIENCE):
        response = await api.head(URL, params={"query": follow}, headers=headers)

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/event-stream")


async def test_a_browser_gets_graphiql_with_the_shops_operations(api: httpx.AsyncClient) -> None:
    response = await api.get(URL, headers={"Accept": "text/html,*/*;q=0.8"})

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    script = re.search(r'<script id="examples".*?>(.*?)</script>', response.text, re.DOTALL)
    assert script is not None
    names = ("Search", "BrowseProducts", "CategoryTree")
    assert [tab["query"] for tab in json.loads(script[1])] == [
        (ROOT / "client" / "operations" / f"{name}.graphql").read_text() for name in names
    ]
