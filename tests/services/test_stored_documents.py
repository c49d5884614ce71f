"""Registered documents as a process finds them, and how long it believes that one is missing."""

import pytest

from core.database import Database
from core.document_store import Document
from services.stored_documents import StoredDocuments
from tests.factories import Factory

pytestmark = pytest.mark.anyio

COUNT = Document("Count", "query", "query Count { products(first: 1) { totalCount } }")


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("services.stored_documents.monotonic", clock)
    return clock


@pytest.fixture
def documents(database: Database) -> StoredDocuments:
    return StoredDocuments(database)


async def test_a_missing_document_is_looked_for_once_in_a_while(
    documents: StoredDocuments, clock: Clock, all_statements: list[str]
) -> None:
    for _ in range(2):
        assert await documents.find(COUNT.sha256, None) is None
    assert len(all_statements) == 1

    clock.seconds += StoredDocuments.MISSING_SECONDS
    assert await documents.find(COUNT.sha256, None) is None
    assert len(all_statements) == 2


async def test_a_document_that_was_missing_is_found_some_seconds_after_it_is_registered(
    documents: StoredDocuments, clock: Clock, factory: Factory
) -> None:
    assert await documents.find(COUNT.sha256, None) is None
    await factory.documents("acme", COUNT)
    assert await documents.find(COUNT.sha256, None) is None

    clock.seconds += StoredDocuments.MISSING_SECONDS
    found = await documents.find(COUNT.sha256, None)
    assert found is not None
    assert (found.client, found.body) == ("acme", COUNT.body)


async def test_a_partner_finds_at_once_what_it_has_registered(
    documents: StoredDocuments, clock: Clock, factory: Factory
) -> None:
    del clock  # It stands still.
    assert await documents.find(COUNT.sha256, None) is None
    assert await documents.find(COUNT.sha256, "acme") is None
    await factory.documents("acme", COUNT)

    found = await documents.find(COUNT.sha256, "acme")
    assert found is not None
    assert found.body == COUNT.body


async def test_only_so_many_missing_documents_are_remembered(
    documents: StoredDocuments, monkeypatch: pytest.MonkeyPatch, all_statements: list[str]
) -> None:
    monkeypatch.setattr(StoredDocuments, "_MOST_MISSING", 2)
    hashes = [bytes([number]) * 32 for number in range(3)]
    for each in hashes:
        assert await documents.find(each, None) is None
    assert len(all_statements) == 3

    # The last two are remembered yet, and the first is not.
    for each in reversed(hashes):
        assert await documents.find(each, None) is None
    assert len(all_statements) == 4
