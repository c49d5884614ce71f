"""Manifests, and the documents that clients register with them."""

import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import select

from core.database import Database
from core.document_store import Assessment, Document, Fault
from core.errors import Refusals
from models import TrustedDocument
from services import documents
from services.documents import (
    Assessed,
    DocumentRefused,
    InvalidManifest,
    Published,
    assessed,
    read_manifest,
)

pytestmark = pytest.mark.anyio

NAMES = Document("Names", "query", "query Names { products { nodes { name } } }")
PRICES = Document("Prices", "query", "query Prices { products { totalCount } }")


def operation(document: Document, **changed: object) -> dict[str, object]:
    return {
        "id": hashlib.sha256(document.body.encode()).hexdigest(),
        "name": document.name,
        "type": document.kind,
        "body": document.body,
        **changed,
    }


def manifest(*operations: dict[str, object], **changed: object) -> str:
    written = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}
    return json.dumps(written | changed)


def judged(document: Document, products: str = "[Int]", cost: int = 3) -> Assessed:
    return Assessed(document, Assessment((), cost, 2, {"fields": {"products": products}}))


async def publish(database: Database, client: str, *given: Assessed) -> list[Published]:
    async with database.session.begin() as session:
        return await documents.publish(session, client, given)


def published(document: Document, *, is_new: bool, cost: int = 3) -> Published:
    return Published(document.name, document.sha256.hex(), cost, 2, is_new)


async def stored(database: Database) -> list[tuple[Any, ...]]:
    columns = (TrustedDocument.client, TrustedDocument.name, TrustedDocument.body)
    return [tuple(row) for row in await database.fetch(select(*columns).order_by(*columns), {})]


def test_a_manifest_gives_its_documents() -> None:
    assert read_manifest(manifest(operation(NAMES), operation(PRICES))) == [NAMES, PRICES]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "This is no manifest: the file: Invalid JSON"),
        ("[]", "This is no manifest: the file: "),
        (manifest(format="other"), "This is no manifest: format: "),
        (manifest(version=2), "This is no manifest: version: "),
        (manifest(operation(NAMES, type="fragment")), "This is no manifest: operations.0.type: "),
        (manifest(operation(NAMES, body=1)), "This is no manifest: operations.0.body: "),
        (manifest(operation(NAMES, id="0" * 64)), "The id of Names is not the SHA-256 of its"),
    ],
)
def test_what_is_no_manifest_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidManifest) as refused:
        read_manifest(text)

    assert str(refused.value).startswith(message)


async def test_a_document_is_registered_once_for_each_client(database: Database) -> None:
    names, prices = judged(NAMES), judged(PRICES, cost=4)

    assert await publish(database, "acme", names) == [published(NAMES, is_new=True)]
    assert await publish(database, "acme", prices, names) == [
        published(PRICES, is_new=True, cost=4),
        published(NAMES, is_new=False),
    ]
    assert await publish(database, "bolt", names) == [published(NAMES, is_new=True)]

    assert await stored(database) == [
        ("acme", "Names", NAMES.body),
        ("acme", "Prices", PRICES.body),
        ("bolt", "Names", NAMES.body),
    ]


async def test_a_document_published_again_is_promised_what_it_is_today(
    database: Database,
) -> None:
    await publish(database, "bolt", judged(NAMES))
    await publish(database, "acme", judged(NAMES))
    again = judged(NAMES, "[Int!]")

    told = await publish(database, "acme", again, again, judged(PRICES))

    assert [each.is_new for each in told] == [False, False, True]

    statement = select(TrustedDocument.promises).order_by(TrustedDocument.client)
    rows = await database.fetch(statement.where(TrustedDocument.name == "Names"), {})
    assert [row[0]["fields"]["products"] for row in rows] == ["[Int!]", "[Int]"]


async def test_an_empty_manifest_registers_nothing(database: Database) -> None:
    assert await publish(database, "acme") == []
    assert await stored(database) == []


async def test_registered_documents_come_by_client_and_name(database: Database) -> None:
    await publish(database, "bolt", judged(PRICES), judged(NAMES))
    await publish(database, "acme", judged(PRICES))

    async with database.session.begin() as session:
        found = await documents.registered(session)

    assert [(each.client, each.name, each.sha256) for each in found] == [
        ("acme", "Prices", PRICES.sha256),
        ("bolt", "Names", NAMES.sha256),
        ("bolt", "Prices", PRICES.sha256),
    ]


def test_every_fault_of_every_document_is_told() -> None:
    faults = {
        NAMES: (Fault("No such field.", 1, 15),),
        PRICES: (Fault("A.", 1, 1), Fault("B.", 2, 1)),
    }

    with pytest.raises(Refusals) as refused:
        assessed([NAMES, PRICES], lambda document: Assessment(faults[document]))

    assert [(type(each), str(each)) for each in refused.value.errors] == [
        (DocumentRefused, "Names 1:15 No such field."),
        (DocumentRefused, "Prices 1:1 A."),
        (DocumentRefused, "Prices 2:1 B."),
    ]
    assert refused.value.errors[2].values == {
        "path": ("operations", "1", "body"),
        "name": "Prices",
        "reason": "B.",
        "line": 2,
        "column": 1,
    }
