"""What is known to be tried against GraphQL endpoints, tried against this one over HTTP.

The list is that of the checks of GraphQL Cop (https://github.com/dolevf/graphql-cop) and of the
plugins of GraphQL Armor (https://escape.tech/graphql-armor), with their own documents where they
have any.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from core.database import Database
from core.settings import Settings
from execution.limits import CHARACTERS_PER_TOKEN
from models import Account
from tests.conftest import serving

pytestmark = pytest.mark.anyio

URL = "/graphql"
TYPE_NAME = {"data": {"__typename": "Query"}}
REGISTER = """mutation Register {
    accountRegister(email: "a@example.org", password: "123456789012") { accessToken } }"""
CIRCULAR = "fields { type { fields { type { fields { type { fields { type { name } } } } } } } }"
# As forms of other sites can send it, without a browser that asks the shop first.
FORMS: dict[str, dict[str, Any]] = {
    "application/x-www-form-urlencoded": {"data": {"query": REGISTER}},
    "multipart/form-data": {
        "files": {
            "operations": (None, json.dumps({"query": REGISTER})),
            "map": (None, "{}"),
        }
    },
    "text/plain": {"content": json.dumps({"query": REGISTER})},
}


@pytest.fixture
async def private(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(settings.model_copy(update={"public_schema": False})) as api:
        yield api


@pytest.fixture
async def closed(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(settings.model_copy(update={"only_trusted_documents": True})) as api:
        yield api


async def answer(api: httpx.AsyncClient, document: str, **more: object) -> Any:
    return (await api.post(URL, json={"query": document, **more})).json()


async def refusals(api: httpx.AsyncClient, document: str, **more: object) -> list[dict[str, Any]]:
    """Return the code and the values of each error of an answer that has no data."""
    told = await answer(api, document, **more)
    assert told.keys() == {"errors"}
    return [error["extensions"] for error in told["errors"]]


async def accounts(database: Database) -> int:
    ((count,),) = await database.fetch(select(func.count()).select_from(Account), {})
    return int(count)


async def test_alias_overloading(api: httpx.AsyncClient) -> None:
    aliases = " ".join(f"alias{each}: __typename" for each in range(101))

    assert await refusals(api, f"query {{ {aliases} }}") == [
        {"code": "ALIAS_LIMIT_EXCEEDED", "count": 101, "limit": 50}
    ]


async def test_array_batching(api: httpx.AsyncClient) -> None:
    batch = [{"query": "query { __typename }"}] * 10

    response = await api.post(URL, json=batch)

    assert response.status_code == 400
    assert response.json().keys() == {"errors"}


async def test_directive_overloading(api: httpx.AsyncClient) -> None:
    valid = "query { __typename " + "@include(if: true) " * 51 + "}"

    assert await refusals(api, valid) == [
        {"code": "DIRECTIVE_LIMIT_EXCEEDED", "count": 51, "limit": 50}
    ]
    # Each of these would be looked for and told.
    assert len(await refusals(api, "query { __typename " + "@aa" * 10 + " }")) < 10


async def test_field_duplication(api: httpx.AsyncClient) -> None:
    assert await refusals(api, "query { " + "__typename \n" * 500 + "}") == [
        {"code": "FIELD_LIMIT_EXCEEDED", "count": 500, "limit": 400}
    ]


async def test_circular_introspection(api: httpx.AsyncClient) -> None:
    told = await answer(api, f"query {{ __schema {{ types {{ {CIRCULAR} }} }} }}")

    assert told.keys() == {"errors"}
    assert [each["message"] for each in told["errors"]] == ["Maximum introspection depth exceeded"]


async def test_circular_fragments(api: httpx.AsyncClient) -> None:
    circular = """query { __schema { ...A } }
        fragment A on __Schema { __typename ...B } fragment B on __Schema { ...A }"""

    told = await answer(api, circular)

    assert told.keys() == {"errors"}
    assert [each["message"] for each in told["errors"]] == [
        "Cannot spread fragment 'A' within itself via 'B'."
    ]


async def test_fragments_that_grow_without_end(
    api: httpx.AsyncClient, statements: list[str]
) -> None:
    doubling = "".join(
        f" fragment F{each} on Query {{ ...F{each + 1} ...F{each + 1} }}" for each in range(80)
    )
    document = f"{{ ...F0 }} {doubling} fragment F80 on Query {{ products {{ totalCount }} }}"

    (refusal,) = await refusals(api, document)

    assert (refusal["code"], refusal["limit"]) == ("FIELD_LIMIT_EXCEEDED", 400)
    assert statements == []


async def test_deep_nesting(api: httpx.AsyncClient, statements: list[str]) -> None:
    document = '{ category(slug: "a") ' + "{ parent " * 100 + "{ id }" + " }" * 100 + " }"

    assert await refusals(api, document) == [
        {
            "code": "DEPTH_LIMIT_EXCEEDED",
            "count": 102,
            "limit": 20,
            "field": "category" + ".parent" * 20,
        }
    ]
    assert statements == []


@pytest.mark.parametrize(
    "document",
    [
        "{ a " * 490,
        "{ products(first: " + "[" * 490 + "]" * 490 + ") { totalCount } }",
        "query ($a: " + "[" * 400 + "Int" + "]" * 400 + ") { __typename }",
    ],
)
async def test_nesting_that_a_parser_would_break_down_at(
    api: httpx.AsyncClient, document: str
) -> None:
    assert await refusals(api, document) == [{"code": "GRAPHQL_PARSE_FAILED"}]


async def test_nesting_of_variables(api: httpx.AsyncClient) -> None:
    body = '{"query": "{ __typename }", "variables": ' + '{"a": ' * 100_000 + "1" + "}" * 100_001

    response = await api.post(URL, content=body, headers={"Content-Type": "application/json"})

    assert response.status_code == 400


async def test_too_many_tokens(api: httpx.AsyncClient) -> None:
    assert await refusals(api, "{" + " a" * 1001 + " }") == [
        {"code": "TOKEN_LIMIT_EXCEEDED", "count": 1003, "limit": 1000}
    ]


@pytest.mark.parametrize("document", ["{ a }" + "#" * 15_000, "{" + "products" * 2000 + "}"])
async def test_too_many_characters(api: httpx.AsyncClient, document: str) -> None:
    limit = 1000 * CHARACTERS_PER_TOKEN

    assert await refusals(api, document) == [
        {"code": "LENGTH_LIMIT_EXCEEDED", "count": len(document), "limit": limit}
    ]


async def test_dear_operations(api: httpx.AsyncClient, statements: list[str]) -> None:
    pages = " ".join(
        f"p{each}: products(first: 100) {{ nodes {{ variants(first: 100) {{ nodes {{ id }} }} }} }}"
        for each in range(10)
    )

    (refusal,) = await refusals(api, f"{{ {pages} }}")

    assert refusal["code"] == "COST_LIMIT_EXCEEDED"
    assert statements == []


async def test_field_suggestions(
    api: httpx.AsyncClient, private: httpx.AsyncClient, closed: httpx.AsyncClient
) -> None:
    """A public schema may be told; one that is kept private, or closed to others, is not."""
    document = "query { __schema { directive } }"

    public, hidden, refused = [
        [error["message"] for error in (await answer(each, document))["errors"]]
        for each in (api, private, closed)
    ]

    field = "Cannot query field 'directive' on type '__Schema'."
    assert public == [f"{field} Did you mean 'directives'?"]
    assert hidden == ["The schema of this shop is not told here.", field]
    assert [message for message in refused if "directive" in message] == []


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("{ product }", {}),
        ("{ products(frist: 1) { totalCount } }", {}),
        ("{ products(sort: PRICE_DES) { totalCount } }", {}),
        ("query ($a: ProductSor) { products(sort: $a) { totalCount } }", {}),
        ("query ($a: ProductSort) { products(sort: $a) { totalCount } }", {"a": "PRICE_DES"}),
    ],
)
async def test_suggestions_wherever_they_are_made(
    api: httpx.AsyncClient, private: httpx.AsyncClient, document: str, variables: dict[str, Any]
) -> None:
    public = await answer(api, document, variables=variables)
    hidden = await answer(private, document, variables=variables)

    assert "Did you mean" in json.dumps(public)
    assert "Did you mean" not in json.dumps(hidden)
    assert [each["extensions"] for each in hidden["errors"]] == [
        each["extensions"] for each in public["errors"]
    ]


@pytest.mark.parametrize(
    "field", ["__schema { types { name } }", '__type(name: "Query") { name }', "_service { sdl }"]
)
async def test_introspection(
    api: httpx.AsyncClient, private: httpx.AsyncClient, closed: httpx.AsyncClient, field: str
) -> None:
    """As for suggestions; `_service` tells gateways what introspection tells clients."""
    assert (await answer(api, f"{{ {field} }}")).keys() == {"data"}
    assert await refusals(private, f"{{ {field} }}") == [{"code": "INTROSPECTION_DISABLED"}]
    assert await refusals(closed, f"{{ {field} }}") == [{"code": "TRUSTED_DOCUMENT_REQUIRED"}]


async def test_names_of_types_are_no_introspection(private: httpx.AsyncClient) -> None:
    assert await answer(private, "{ __typename }") == TYPE_NAME


@pytest.mark.parametrize(
    "override", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"]
)
async def test_mutations_by_get(api: httpx.AsyncClient, database: Database, override: str) -> None:
    beside_a_query = {"query": f"query A {{ __typename }} {REGISTER}", "operationName": "Register"}

    for params in ({"query": REGISTER}, beside_a_query):
        response = await api.get(URL, params=params, headers={override: "POST"})
        assert (response.status_code, response.json().keys()) == (405, {"errors"})
    assert await accounts(database) == 0


async def test_a_query_by_get_is_of_no_use_to_another_site(api: httpx.AsyncClient) -> None:
    """It changes nothing, goes by no cookie, and no page of another site may read its answer."""
    response = await api.get(
        URL, params={"query": "{ __typename }"}, headers={"Origin": "https://evil.example"}
    )

    assert response.json() == TYPE_NAME
    assert "Set-Cookie" not in response.headers
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("content_type", FORMS)
async def test_cross_site_request_forgery(
    api: httpx.AsyncClient, database: Database, content_type: str
) -> None:
    headers = {"Content-Type": content_type} if content_type == "text/plain" else {}

    response = await api.post(URL, headers=headers, **FORMS[content_type])

    assert response.request.headers["Content-Type"].startswith(content_type)
    assert (response.status_code, response.json().keys()) == (415, {"errors"})
    assert await accounts(database) == 0


async def test_a_post_that_carries_its_operation_in_the_address(
    api: httpx.AsyncClient, database: Database
) -> None:
    for headers in ({}, {"Content-Type": "application/json"}):
        response = await api.post(URL, params={"query": REGISTER}, headers=headers)
        assert response.status_code in {400, 415}
    assert await accounts(database) == 0


async def test_trace_and_debug_methods(api: httpx.AsyncClient) -> None:
    for method in ("TRACE", "TRACK", "DEBUG", "CONNECT"):
        response = await api.request(method, URL, headers={"Authorization": "Bearer secret"})
        assert response.status_code == 405
        assert "secret" not in response.text


async def test_tracing(api: httpx.AsyncClient) -> None:
    """What an answer tells beside its data is what it cost, whatever it is asked for."""
    headers = {"apollo-federation-include-trace": "ftv1", "X-Apollo-Tracing": "1"}
    body = {"query": "query { __typename }", "extensions": {"tracing": True, "debug": True}}

    response = await api.post(URL, json=body, params={"debug": "1"}, headers=headers)

    assert response.json()["data"] == TYPE_NAME["data"]
    assert response.json().keys() <= {"data", "extensions"}
    assert response.json().get("extensions", {}).keys() <= {"cost"}


async def test_unhandled_errors(api: httpx.AsyncClient) -> None:
    assert await refusals(api, "qwerty cop { abc }") == [{"code": "GRAPHQL_PARSE_FAILED"}]


async def test_stack_traces(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_args: object, **_named: object) -> Any:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("resolvers.catalog.all_products", broken)

    told = await answer(api, "{ products { totalCount } }")

    (error,) = told["errors"]
    assert error["extensions"].keys() == {"code", "errorId"}
    for secret in ("hunter2", "RuntimeError", "Traceback", "resolvers", ".py"):
        assert secret not in json.dumps(told)


async def test_graphiql_is_for_browsers(api: httpx.AsyncClient) -> None:
    """By intention, as the schema is public; at its one address, and to nobody who wants data."""
    for path in ("/", "/graphiql", "/playground", "/console", "/altair", "/graphql/console"):
        response = await api.get(path, headers={"Accept": "text/html"})
        assert response.status_code == 404
    for accept in ("*/*", "application/json", "application/json, text/html;q=0"):
        response = await api.get(URL, headers={"Accept": accept})
        assert response.headers["Content-Type"].startswith("application/json")
        assert "graphiql" not in response.text.lower()
