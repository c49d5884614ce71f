"""Trusted documents by the command line: published, listed, and held against a schema."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.resources import open_resources
from core.document_store import Document
from core.settings import ROOT, Settings
from services.documents import registered
from tests.services.test_documents import manifest, operation

NAMES = Document("Names", "query", "query Names {\n  products { nodes { name slug } }\n}")
BROKEN = Document("Broken", "query", "query Broken {\n  products { nodes { nome } }\n}")


@pytest.fixture
def on_servers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The command line finds the test's own servers, and starts none."""
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    return settings


def publish(folder: Path, *documents: Document, **changed: object) -> Result:
    path = folder / "manifest.json"
    path.write_text(manifest(*(operation(each, **changed) for each in documents)))
    command = ["documents", "publish", str(path), "--client", "acme"]
    return CliRunner().invoke(app, command)


def check(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["documents", "check", *arguments])


async def count(settings: Settings) -> int:
    async with open_resources(settings) as resources, resources.database.session() as session:
        return len(await registered(session))


def test_documents_are_published_and_listed(on_servers: Settings, tmp_path: Path) -> None:
    told = f"{'Names':30} cost     21 statements   1 %s {NAMES.sha256.hex()}\n"
    assert publish(tmp_path, NAMES).stdout == told % "published    "
    assert publish(tmp_path, NAMES).stdout == told % "known before "

    listed = CliRunner().invoke(app, ["documents", "list"]).stdout.split()
    assert listed[:4] == ["acme", "query", "Names", NAMES.sha256.hex()]
    assert asyncio.run(count(on_servers)) == 1


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (BROKEN, "acme Broken 2:22 Cannot query field 'nome' on type 'Product'."),
        (Document("Half", "query", "query Half {"), "acme Half 1:13 Syntax Error"),
        (Document("A", "query", "query B { __typename }"), "acme A 1:1 The body is the query B."),
        (Document("A", "query", "{ __typename }"), "acme A 1:1 The operation has no name."),
        (
            Document("A", "query", "query A { __typename } query B { __typename }"),
            "acme A 1:1 A document has one operation, not 2.",
        ),
    ],
)
def test_a_fault_keeps_the_whole_manifest_out(
    on_servers: Settings, tmp_path: Path, document: Document, fault: str
) -> None:
    outcome = publish(tmp_path, NAMES, document)

    assert outcome.exit_code == 1
    assert str(outcome.exception).startswith(f"Nothing was published.\n  {fault}")
    assert asyncio.run(count(on_servers)) == 0


@pytest.mark.usefixtures("on_servers")
def test_a_schema_that_breaks_a_document_is_refused(tmp_path: Path) -> None:
    publish(tmp_path, NAMES)
    changed = tmp_path / "schema.graphql"
    written = (ROOT / "schema.graphql").read_text()
    changed.write_text(written.replace("\n  slug: String!", "\n  urlKey: String!"))

    assert check().stdout == "Registered documents: 1. All of them can be run.\n"
    outcome = check("--schema", str(changed))

    assert outcome.exit_code == 1
    assert str(outcome.exception).startswith(
        "This schema breaks registered documents:"
        "\n  acme Names 2:27 Cannot query field 'slug' on type 'Product'."
    )


@pytest.mark.usefixtures("on_servers")
@pytest.mark.parametrize("text", ["type Query {", "type Query { a: B }"])
def test_a_schema_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "schema.graphql").write_text(text)

    outcome = check("--schema", str(tmp_path / "schema.graphql"))

    assert outcome.exit_code == 1
    assert str(outcome.exception).startswith("The schema cannot be read: ")
