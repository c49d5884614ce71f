"""Of many registered documents, each process gets those ready that are run."""

from datetime import timedelta

import pytest
from sqlalchemy import func, update

from core.database import Database
from core.document_store import Document
from models import TrustedDocument
from services.document_uses import record_uses
from services.stored_documents import StoredDocuments
from tests.factories import Factory

pytestmark = pytest.mark.anyio


def named(name: str) -> Document:
    return Document(name, "query", f"query {name} {{ __typename }}")


async def registered(
    database: Database, factory: Factory, ago: timedelta, *given: Document
) -> None:
    """Register documents as it would have been done some time ago."""
    await factory.documents("acme", *given)
    hashes = [each.sha256 for each in given]
    async with database.session.begin() as session:
        statement = update(TrustedDocument).where(TrustedDocument.sha256.in_(hashes))
        await session.execute(statement.values(published_at=func.now() - ago))


async def test_what_is_left_out_at_the_start_is_not_taken_for_new(
    database: Database, factory: Factory
) -> None:
    used = [named(f"Used{number}") for number in range(250)]
    await registered(database, factory, timedelta(hours=2), *used)
    await registered(database, factory, timedelta(hours=1), named("Unused"))
    async with database.session.begin() as session:
        (today,) = (await session.execute(func.current_date().select())).one()
        uses = {("acme", each.sha256): number + 1 for number, each in enumerate(used)}
        await record_uses(session, uses, today)
    documents = StoredDocuments(database)
    first = [each.sha256 for each in await documents.new()]
    assert first == [each.sha256 for each in reversed(used)]
    assert await documents.new() == []
    await factory.documents("acme", named("Published"))
    assert [each.sha256 for each in await documents.new()] == [named("Published").sha256]
