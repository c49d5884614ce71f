"""Uses of documents are added up by client and day."""

from datetime import date

import pytest

from core.database import Database
from core.document_store import Document
from services.document_uses import Use, record_uses, uses
from tests.factories import Factory

pytestmark = pytest.mark.anyio

NAMES = Document("Names", "query", "query Names { products { nodes { name } } }")
PRICES = Document("Prices", "query", "query Prices { products { totalCount } }")
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
async def published(factory: Factory) -> None:
    await factory.documents("acme", NAMES, PRICES)
    await factory.documents("bolt", NAMES)


async def record(database: Database, counts: dict[tuple[str, bytes], int], day: date) -> None:
    async with database.session.begin() as session:
        await record_uses(session, counts, day)


async def recorded(database: Database, since: date) -> list[Use]:
    async with database.session.begin() as session:
        return list(await uses(session, since))


@pytest.mark.usefixtures("published")
async def test_uses_are_added_to_those_of_the_day(database: Database) -> None:
    by_acme, by_bolt = ("acme", NAMES.sha256), ("bolt", NAMES.sha256)
    await record(database, {by_acme: 2, ("acme", PRICES.sha256): 1}, MONDAY)
    await record(database, {by_acme: 3, by_bolt: 7}, MONDAY)
    await record(database, {by_acme: 10}, TUESDAY)

    assert await recorded(database, MONDAY) == [
        Use("acme", NAMES.body, 15, TUESDAY),
        Use("acme", PRICES.body, 1, MONDAY),
        Use("bolt", NAMES.body, 7, MONDAY),
    ]
    assert await recorded(database, TUESDAY) == [Use("acme", NAMES.body, 10, TUESDAY)]


@pytest.mark.usefixtures("published")
async def test_all_uses_are_one_statement(database: Database, all_statements: list[str]) -> None:
    counts = {("acme", NAMES.sha256): 2, ("acme", PRICES.sha256): 1, ("bolt", NAMES.sha256): 7}
    await record(database, counts, MONDAY)

    assert len([each for each in all_statements if "document_uses" in each]) == 1


async def test_no_uses_are_no_statement(database: Database, all_statements: list[str]) -> None:
    await record(database, {}, MONDAY)

    assert all_statements == []


async def test_what_nobody_has_registered_is_left_out(database: Database) -> None:
    await record(database, {("acme", NAMES.sha256): 2}, MONDAY)

    assert await recorded(database, MONDAY) == []
