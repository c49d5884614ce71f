"""What is registered is checked and planned before anybody runs it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from graphql import DocumentNode, print_ast
from prometheus_client import REGISTRY

from app import prepared_documents
from app.authentication import API_KEY
from core.document_store import Document
from core.settings import Settings
from execution import document_cache
from services.api_keys import PUBLISH
from tests.conftest import serving
from tests.factories import Factory
from tests.tasks.log import until

pytestmark = pytest.mark.anyio

COUNT = Document(
    "Count", "query", "query Count($first: Int!) { products(first: $first) { totalCount } }"
)
TWO_WAYS = Document(
    "TwoWays",
    "query",
    "query TwoWays($first: Int!, $total: Boolean!, $nodes: Boolean = false) { products(first:"
    " $first) { totalCount @include(if: $total) nodes @include(if: $nodes) { name } } }",
)
BROKEN = Document("Broken", "query", "query Broken { thereIsNoSuchField }")
PUBLISH_IT = Document(
    "Publish",
    "mutation",
    "mutation Publish($operations: [OperationInput!]!) {"
    " documentsPublish(operations: $operations) { errors { ... on UserError { code } } } }",
)


def plans() -> float:
    return REGISTRY.get_sample_value("pyshop_plans_total") or 0


@pytest.fixture
def validated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the documents that were validated, as GraphQL prints them."""
    texts: list[str] = []
    validate: Callable[..., Any] = document_cache.validate  # type: ignore[attr-defined] # It is imported there.

    def noting(schema: Any, document: DocumentNode, *others: Any) -> Any:
        texts.append(print_ast(document))
        return validate(schema, document, *others)

    monkeypatch.setattr(document_cache, "validate", noting)
    return texts


def are(number: float) -> Callable[[], Awaitable[bool]]:
    """Return the condition that so many plans were made."""

    async def made() -> bool:
        return plans() == number

    return made


def checked(validated: list[str], number: int) -> Callable[[], Awaitable[bool]]:
    async def are_so_many() -> bool:
        return len(validated) == number

    return are_so_many


async def run(api: httpx.AsyncClient, document: Document, **variables: object) -> Any:
    persisted = {"version": 1, "sha256Hash": document.sha256.hex()}
    asked = {"extensions": {"persistedQuery": persisted}, "variables": variables}
    return (await api.post("/graphql", json=asked)).json()


async def test_what_was_registered_before_the_start_is_ready(
    settings: Settings, factory: Factory, validated: list[str]
) -> None:
    await factory.documents("acme", COUNT, TWO_WAYS)
    before = plans()
    async with serving(settings) as api:
        await until(are(before + 3))
        texts = len(validated)
        assert await run(api, COUNT, first=1) == {"data": {"products": {"totalCount": 0}}}
        counted = {"data": {"products": {"totalCount": 0}}}
        assert await run(api, TWO_WAYS, first=1, total=True) == counted
        assert await run(api, TWO_WAYS, first=1, total=False) == {"data": {"products": {}}}
        assert (len(validated), plans()) == (texts, before + 3)
        # Of the variable with a default, the other value is planned when it comes.
        both = await run(api, TWO_WAYS, first=1, total=False, nodes=True)
        assert (both, plans()) == ({"data": {"products": {"nodes": []}}}, before + 4)


async def test_what_cannot_be_run_any_more_is_told_and_keeps_nobody_else(
    settings: Settings,
    factory: Factory,
    validated: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    await factory.documents("acme", BROKEN)
    await factory.documents("other", COUNT)
    before = plans()
    async with serving(settings) as api:
        await until(are(before + 1))
        await until(checked(validated, 2))
        answer = await run(api, BROKEN)
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert f"acme's document {BROKEN.sha256.hex()} cannot be run" in capsys.readouterr().err


async def test_no_more_is_planned_at_once_than_leaves_room_for_it(
    settings: Settings,
    factory: Factory,
    validated: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepared_documents, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(prepared_documents, "FIELDS_AT_ONCE", 1)
    await factory.documents("acme", COUNT)
    await factory.documents("acme", PUBLISH_IT)
    before = plans()
    async with serving(settings) as api:
        await until(are(before + 1))
        await factory.documents("acme", TWO_WAYS)
        await until(are(before + 3))
        assert [each.split()[1].partition("(")[0] for each in validated] == ["Publish", "TwoWays"]
        assert await run(api, COUNT, first=1) == {"data": {"products": {"totalCount": 0}}}
        assert plans() == before + 4


async def test_what_is_published_is_ready_in_processes_that_were_there_before(
    settings: Settings,
    factory: Factory,
    validated: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepared_documents, "POLL_SECONDS", 0.01)
    key = await factory.api_key("acme", PUBLISH)
    await factory.documents("acme", PUBLISH_IT)
    operation = {"id": COUNT.sha256.hex(), "name": COUNT.name, "type": "query", "body": COUNT.body}
    asked = {"query": PUBLISH_IT.body, "variables": {"operations": [operation]}}
    before = plans()
    async with serving(settings) as api, serving(settings) as other:
        await until(are(before + 2))
        answer = await api.post("/graphql", json=asked, headers={API_KEY: key})
        assert answer.json()["data"]["documentsPublish"]["errors"] == []
        await until(are(before + 4))
        texts = len(validated)
        for each in (api, other):
            assert await run(each, COUNT, first=1) == {"data": {"products": {"totalCount": 0}}}
        assert (len(validated), plans()) == (texts, before + 4)
