"""Who uses what of the graph, by the command line."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from strawberry.types import get_object_definition
from typer.testing import CliRunner

from app.cli import app
from app.resources import open_resources
from core.document_store import Document
from core.settings import Settings
from schema.catalog import Product
from services.document_uses import record_uses
from tests.factories import Factory

TODAY = datetime.now(UTC).date()
LONG_AGO = TODAY - timedelta(days=40)

NAMES = Document("Names", "query", "query Names { products(first: 1) { nodes { name } } }")
SLUGS = Document("Slugs", "query", "query Slugs { products { nodes { slug } } }")


async def use(settings: Settings, uses: list[tuple[str, Document, int, date]]) -> None:
    async with open_resources(settings) as resources:
        factory = Factory(resources.database)
        for client, document, count, day in uses:
            await factory.documents(client, document)
            async with resources.database.session.begin() as session:
                await record_uses(session, {(client, document.sha256): count}, day)


@pytest.fixture(autouse=True)
def used(on_servers: Settings) -> None:
    uses = [
        ("acme", NAMES, 3, TODAY),
        ("acme", NAMES, 4, LONG_AGO),
        ("acme", SLUGS, 2, TODAY),
        ("bolt", SLUGS, 7, LONG_AGO),
    ]
    asyncio.run(use(on_servers, uses))


def usage(*arguments: str) -> list[list[str]]:
    outcome = CliRunner().invoke(app, ["documents", "usage", *arguments])
    assert outcome.exit_code == 0, outcome.exception
    return [line.split() for line in outcome.stdout.splitlines()]


def test_who_uses_a_field_is_counted_over_the_last_days() -> None:
    assert usage("--field", "Product.slug") == [["Product.slug", "acme", "2", str(TODAY)]]
    assert usage("--field", "Product.slug", "--days", "60") == [
        ["Product.slug", "acme", "2", str(TODAY)],
        ["Product.slug", "bolt", "7", str(LONG_AGO)],
    ]
    assert usage("--field", "Query.products", "--days", "60") == [
        ["Query.products", "acme", "9", str(TODAY)],
        ["Query.products", "bolt", "7", str(LONG_AGO)],
    ]


def test_every_use_can_be_shown() -> None:
    assert [row[:3] for row in usage("--all")] == [
        ["Product.name", "acme", "3"],
        ["Product.slug", "acme", "2"],
        ["ProductConnection.nodes", "acme", "5"],
        ["Query.products", "acme", "5"],
        ["Query.products(first:)", "acme", "3"],
    ]


def test_only_what_is_deprecated_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = [f"None of that was used since {TODAY - timedelta(days=30)}.".split()]
    assert usage() == nothing

    fields = get_object_definition(Product, strict=True).fields
    (slug,) = (each for each in fields if each.python_name == "slug")
    monkeypatch.setattr(slug, "deprecation_reason", "No longer supported")

    assert usage() == [["Product.slug", "acme", "2", str(TODAY)]]


def test_a_field_that_there_is_not_is_refused() -> None:
    outcome = CliRunner().invoke(app, ["documents", "usage", "--field", "Product.slag"])

    assert outcome.exit_code == 1
    assert str(outcome.exception) == "The graph has no Product.slag."
