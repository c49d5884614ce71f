"""Whose endpoints of webhooks are not changed, and with what: a refusal changes nothing."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from core.database import Database
from core.ids import encode_id
from models import IdempotencyRecord
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph, PartnerGraph
from tests.schema.webhook_documents import (
    CREATE,
    DELETE,
    LIST,
    NEW,
    OTHER_URL,
    ROTATE,
    UPDATE,
    URL,
    payload,
    refusal,
    stored,
)

pytestmark = pytest.mark.anyio


def url_refused(message: str) -> Any:
    return refusal("WebhookUrlRefused", "WEBHOOK_URL_REFUSED", ["url"], message)


def type_refused(name: str, place: str) -> Any:
    message = f"{name} is no type of event that webhooks tell of."
    path = ["types", place]
    return refusal("EventTypeUnknown", "EVENT_TYPE_UNKNOWN", path, message, type=name)


def document_refused(line: int, column: int, reason: str) -> Any:
    return refusal(
        "WebhookDocumentRefused",
        "WEBHOOK_DOCUMENT_REFUSED",
        ["document"],
        f"The document is refused: {line}:{column} {reason}",
        reason=reason,
        line=line,
        column=column,
    )


def not_public(host: str) -> Any:
    return url_refused(f"{host} has no address, or one outside of the public internet.")


REFUSED: list[tuple[dict[str, Any], Any]] = [
    ({"url": "http://8.8.8.8/"}, url_refused("The URL has to begin with https://.")),
    ({"url": "https://127.0.0.1/"}, not_public("127.0.0.1")),
    ({"url": "https://10.0.0.8:8443/"}, not_public("10.0.0.8")),
    (
        {"url": "https://8.8.8.8:25/"},
        url_refused("The port has to be 443, or from 1024 to 65535."),
    ),
    ({"types": ["order.placed", "order.eaten"]}, type_refused("order.eaten", "1")),
    ({"types": ["account.registered"]}, type_refused("account.registered", "0")),
    (
        {"document": "query ($event: ID!) {\n  node(id: $event) { nome }\n}"},
        document_refused(2, 22, "Cannot query field 'nome' on type 'Node'."),
    ),
    (
        {"document": "query { viewer { id } }"},
        document_refused(1, 1, "The query has to take just $event: ID!."),
    ),
    (
        {"document": "mutation { cartClear { __typename } }"},
        document_refused(1, 1, "The document has to be one query, and nothing else."),
    ),
    (
        {"ownerEmail": "nowhere"},
        refusal(
            "InvalidEmail",
            "INVALID_EMAIL",
            ["ownerEmail"],
            "This is not an e-mail address that mail can reach.",
        ),
    ),
]
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"url": ""}, "url", "This text has 1 to 2000 characters."),
    ({"url": f"{URL}?{'a' * 2000}"}, "url", "This text has 1 to 2000 characters."),
    ({"types": ["order.placed"] * 51}, "types", "At most 50 types, not 51."),
    ({"filter": []}, "filter", "A filter is a JSON object."),
    ({"filter": "EUR"}, "filter", "A filter is a JSON object."),
    ({"filter": {"a": "b" * 2048}}, "filter", "A filter has at most 2048 bytes, not 2056."),
    ({"filter": {"a": "\0"}}, "filter", "The character NUL stands in no filter."),
    ({"filter": {"a\\\0": 1}}, "filter", "The character NUL stands in no filter."),
    ({"filter": {"a": [{"b": 1e19}]}}, "filter", "A number in a filter has 64 bits at most."),
    ({"filter": {"a": -(2**64)}}, "filter", "A number in a filter has 64 bits at most."),
    ({"document": "a" * 20_001}, "document", "This text has 1 to 20000 characters."),
]


@pytest.mark.parametrize(("given", "expected"), REFUSED)
async def test_what_is_refused_is_told_with_its_place_and_changes_nothing(
    acme: Graph, database: Database, endpoint: str, given: dict[str, Any], expected: Any
) -> None:
    before = await stored(database)

    made = await payload(acme, CREATE, **{**NEW, **given}, key="k")
    updated = await payload(acme, UPDATE, id=endpoint, **given)

    assert made == {"endpoint": None, "secret": None, "errors": [expected]}
    assert updated == {"endpoint": None, "errors": [expected]}
    assert await stored(database) == before
    assert await database.fetch(select(IdempotencyRecord.key), {}) == []


@pytest.mark.parametrize(("given", "argument", "message"), BAD)
async def test_what_cannot_be_used_is_an_error_of_its_argument(
    acme: Graph,
    database: Database,
    endpoint: str,
    given: dict[str, Any],
    argument: str,
    message: str,
) -> None:
    before = await stored(database)

    for document, whole in ((CREATE, {**NEW, **given}), (UPDATE, {"id": endpoint, **given})):
        (error,) = await acme.errors(document, **whole)
        told = (error["code"], error["argument"], error["message"])
        assert told == ("BAD_USER_INPUT", argument, message)

    assert await stored(database) == before


async def test_another_partner_changes_nothing(
    bolt: Graph, database: Database, endpoint: str
) -> None:
    before = await stored(database)
    untouched = {"types": ["order.placed"], "url": OTHER_URL, "enabled": False}

    answers = [
        await payload(bolt, UPDATE, id=endpoint, **untouched),
        await payload(bolt, DELETE, id=endpoint),
        await payload(bolt, ROTATE, id=endpoint),
    ]

    codes = [[error["code"] for error in each["errors"]] for each in answers]
    assert codes == [["WEBHOOK_ENDPOINT_NOT_FOUND"]] * 3
    assert await stored(database) == before


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("nobody", "UNAUTHENTICATED"),
        ("customer", "FORBIDDEN"),
        ("merchant", "FORBIDDEN"),
        ("partner", "FORBIDDEN"),
    ],
)
async def test_who_may_not_changes_nothing(
    graph: Graph,
    as_account: AsAccount,
    factory: Factory,
    database: Database,
    endpoint: str,
    who: str,
    code: str,
) -> None:
    asking = {
        "nobody": graph,
        "customer": await as_account(),
        "merchant": await as_account("merchant"),
        "partner": PartnerGraph(graph.api, factory, await factory.api_key("acme")),
    }[who]
    before = await stored(database)

    errors = [
        *await asking.errors(CREATE, **NEW),
        *await asking.errors(UPDATE, id=endpoint, enabled=False),
        *await asking.errors(DELETE, id=endpoint),
        *await asking.errors(ROTATE, id=endpoint),
        *await asking.errors(LIST),
    ]

    assert [each["code"] for each in errors] == [code] * 5
    assert await stored(database) == before


async def test_an_id_of_something_else_is_refused(acme: Graph) -> None:
    (error,) = await acme.errors(DELETE, id=encode_id("order", UUID(int=1)))

    assert (error["code"], error["argument"]) == ("BAD_USER_INPUT", "id")
