"""A partner registers its documents by its key, and runs them by their hashes."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select

from app.api_keys import make_key
from app.resources import open_resources
from client import ShopClient
from client.errors import ShopError
from client.generated import DocumentsPublishDocumentsPublish
from client.generated.input_types import OperationInput
from core.database import Database
from core.document_store import Document
from core.settings import ROOT, Settings
from models import TrustedDocument
from services.api_keys import PUBLISH, KeyTerms, new_key
from tests.client.conftest import Line
from tests.factories import Factory

pytestmark = pytest.mark.anyio

COUNT = Document("Count", "query", "query Count { products { totalCount } }")
NAMES = Document("Names", "query", "query Names { products { nodes { name } } }")
WRONG = Document("Wrong", "query", "query Wrong {\n  products { nodes { nome } }\n}")
DEAR = Document(
    "Dear",
    "query",
    "query Dear { products(first: 100) { nodes { category { products(first: 100) { nodes"
    " { variants(first: 100) { nodes { id } } } } } } } }",
)


@pytest.fixture
async def key(settings: Settings) -> str:
    text = new_key()
    async with open_resources(settings) as resources:
        await make_key(resources, text, KeyTerms("acme", [PUBLISH]))
    return text


@pytest.fixture
async def partner(line: Line, key: str) -> AsyncIterator[ShopClient]:
    async with ShopClient(line.url, api_key=key) as partner:
        yield partner


async def publish(
    partner: ShopClient, *documents: Document, **changed: str
) -> DocumentsPublishDocumentsPublish:
    operations = [
        OperationInput(
            **{
                "id": each.sha256.hex(),
                "name": each.name,
                "type": each.kind,
                "body": each.body,
                **changed,
            }
        )
        for each in documents
    ]
    payload = await partner.documents_publish(operations)
    assert payload is not None
    return payload


async def registered(database: Database) -> list[tuple[str, str]]:
    columns = (TrustedDocument.client, TrustedDocument.name)
    rows = await database.fetch(select(*columns).order_by(*columns), {})
    return [(client, name) for client, name in rows]


async def test_a_partner_publishes_and_runs_its_documents(
    partner: ShopClient, line: Line, key: str, database: Database
) -> None:
    await publish(partner, COUNT)

    payload = await publish(partner, NAMES, COUNT)

    assert payload.errors == []
    assert payload.documents is not None
    assert [each.model_dump() for each in payload.documents] == [
        {
            "name": "Names",
            "sha_256": NAMES.sha256.hex(),
            "cost": 21,
            "statements": 1,
            "is_new": True,
        },
        {
            "name": "Count",
            "sha_256": COUNT.sha256.hex(),
            "cost": 101,
            "statements": 1,
            "is_new": False,
        },
    ]
    assert await registered(database) == [
        ("acme", "Count"),
        ("acme", "DocumentsPublish"),
        ("acme", "Names"),
    ]
    async with httpx.AsyncClient(base_url=line.url, headers={"X-API-Key": key}) as http:
        answer = await http.get("/graphql", params={"documentId": NAMES.sha256.hex()})
    assert answer.json() == {"data": {"products": {"nodes": []}}}


async def test_one_fault_keeps_all_documents_out(partner: ShopClient, database: Database) -> None:
    payload = await publish(partner, NAMES, WRONG, replace(COUNT, name="Counted"), DEAR)

    assert payload.documents is None
    told = [each.model_dump(exclude={"typename__"}) for each in payload.errors]
    assert [(each["name"], each["line"], each["column"], each["path"]) for each in told] == [
        ("Wrong", 2, 22, ["operations", "1", "body"]),
        ("Counted", 1, 1, ["operations", "2", "body"]),
        ("Dear", 1, 1, ["operations", "3", "body"]),
    ]
    assert told[0]["code"] == "DOCUMENT_REFUSED"
    assert told[0]["reason"] == (
        "Cannot query field 'nome' on type 'Product'. Did you mean 'name'?"
    )
    assert told[1]["reason"] == "The body is the query Count."
    assert told[2]["reason"].startswith("The operation costs 1020301, and the limit is ")
    assert await registered(database) == [("acme", "DocumentsPublish")]


async def test_a_document_that_is_too_large_to_run_is_not_registered(
    partner: ShopClient, database: Database
) -> None:
    large = Document("Large", "query", f"query Large {{ {'__typename ' * 401}}}")

    (refusal,) = (await publish(partner, large)).errors

    told = refusal.model_dump()
    assert told["reason"] == "The document has 401 fields, and the limit is 400."
    assert await registered(database) == [("acme", "DocumentsPublish")]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"id": "0" * 64}, "The id of Names is not the SHA-256 of its body."),
        ({"type": "fragment"}, "This is no manifest: 0.type: Input should be"),
    ],
)
async def test_what_is_no_manifest_is_refused_by_its_argument(
    partner: ShopClient, database: Database, changed: dict[str, str], message: str
) -> None:
    with pytest.raises(ShopError) as refused:
        await publish(partner, NAMES, **changed)

    assert refused.value.code == "BAD_USER_INPUT"
    assert message in str(refused.value)
    assert await registered(database) == [("acme", "DocumentsPublish")]


async def test_more_documents_than_a_call_takes_are_refused(
    partner: ShopClient, database: Database
) -> None:
    with pytest.raises(ShopError) as refused:
        await publish(partner, *[NAMES] * 201)

    assert "At most 200 operations in a call, not 201." in str(refused.value)
    assert await registered(database) == [("acme", "DocumentsPublish")]


async def test_a_key_without_the_scope_cannot_even_ask(
    line: Line, factory: Factory, database: Database
) -> None:
    async with ShopClient(line.url, api_key=await factory.api_key("bolt")) as other:
        with pytest.raises(ShopError) as refused:
            await publish(other, NAMES)

    assert refused.value.code == "TRUSTED_DOCUMENT_REQUIRED"
    assert await registered(database) == []


@pytest.mark.parametrize("page", ["partners.md", "webhooks.md"])
async def test_the_pages_for_partners_tell_the_hash_of_the_document_that_publishes(
    key: str, database: Database, page: str
) -> None:
    assert key
    ((sha256,),) = await database.fetch(select(TrustedDocument.sha256), {})

    assert f"PUBLISH={sha256.hex()}\n" in (ROOT / "docs" / page).read_text()
