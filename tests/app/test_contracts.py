"""A schema is held to what clients' documents were promised, by the command line."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from app.cli import app
from app.resources import open_resources
from core.document_store import Document
from core.settings import ROOT, Settings
from models import TrustedDocument
from services.documents import read_manifest
from tests.services.test_documents import manifest, operation

NAMES = Document("Names", "query", "query Names {\n  products { nodes { name brand } }\n}")
OURS = len(read_manifest((ROOT / "client" / "manifest.json").read_bytes()))
KEPT = "All of them can be run, and find what they were promised.\n"


def documents(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["documents", *map(str, arguments)])


def told(*arguments: str | Path) -> str:
    """What a command that succeeds says."""
    outcome = documents(*arguments)
    assert outcome.exit_code == 0, outcome.exception
    return outcome.stdout


def refusal(*arguments: str | Path) -> list[str]:
    """What a check refuses: headings, and below them what it is."""
    outcome = documents("check", *arguments)
    assert outcome.exit_code == 1
    return [line.strip() for line in str(outcome.exception).splitlines()]


def changed_schema(folder: Path, old: str, new: str) -> Path:
    written = (ROOT / "schema.graphql").read_text()
    before, start, product = written.partition("\ntype Product implements Node")
    assert old in product
    path = folder / "schema.graphql"
    path.write_text(before + start + product.replace(old, new, 1))
    return path


async def promise(settings: Settings, promises: dict[str, Any]) -> None:
    async with open_resources(settings) as resources, resources.database.session.begin() as session:
        await session.execute(update(TrustedDocument).values(promises=promises))


@pytest.fixture
def published(on_servers: Settings, tmp_path: Path) -> Settings:
    path = tmp_path / "manifest.json"
    path.write_text(manifest(operation(NAMES)))
    told("publish", path, "--client", "acme")
    return on_servers


@pytest.fixture
def without_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYSHOP_DATABASE_URL", raising=False)
    monkeypatch.setenv("PYSHOP_STATE_DIR", str(tmp_path / "state"))


@pytest.mark.usefixtures("published")
def test_this_graph_keeps_its_promises() -> None:
    assert told("check") == (
        f"Documents in manifests: {OURS}.\nDocuments in the database: 1.\n{KEPT}"
    )


@pytest.mark.usefixtures("without_database")
def test_without_a_database_our_own_documents_are_held(tmp_path: Path) -> None:
    assert told("check") == (f"Documents in manifests: {OURS}.\nThere is no database here.\n{KEPT}")
    assert not (tmp_path / "state").exists()


@pytest.mark.usefixtures("published")
def test_a_field_that_is_gone_is_named_with_whom_it_breaks(tmp_path: Path) -> None:
    refused = refusal(
        "--schema", changed_schema(tmp_path, "\n  name: String!", "\n  title: String!")
    )

    assert refused[0] == "This schema breaks documents of clients:"
    gone = "Cannot query field 'name' on type 'Product'."
    assert f"acme Names 2:22 {gone}" in refused
    assert [line for line in refused if line.startswith("pyshop") and line.endswith(gone)] != []
    assert refused[-2:] == [
        "It takes away what was not deprecated until yesterday or longer ago:",
        "Field Product.name was removed.",
    ]


@pytest.mark.usefixtures("published")
def test_a_field_that_becomes_nullable_breaks_what_it_was_promised_as(tmp_path: Path) -> None:
    refused = refusal("--schema", changed_schema(tmp_path, "\n  name: String!", "\n  name: String"))

    assert "acme Names 2:22 'Product.name' was promised as String! and is String." in refused
    assert refused[-1] == "Field Product.name changed type from String! to String."


@pytest.mark.usefixtures("published")
def test_what_no_document_uses_is_not_taken_away_early_either(tmp_path: Path) -> None:
    schema = changed_schema(tmp_path, "\n  updatedAt: DateTime!", "\n  changedAt: DateTime!")

    assert refusal("--schema", schema) == [
        "It takes away what was not deprecated until yesterday or longer ago:",
        "Field Product.updatedAt was removed.",
    ]


def test_this_graph_is_held_to_what_it_promised_before(published: Settings) -> None:
    before = {"fields": {"products.nodes.brand": "String!"}, "variables": {}}
    asyncio.run(promise(published, before))

    assert refusal() == [
        "This schema breaks documents of clients:",
        "acme Names 2:27 'Product.brand' was promised as String! and is String.",
    ]


def test_exported_documents_are_held_where_no_database_is(
    published: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(promise(published, {"fields": {"products.nodes.brand": "String!"}}))
    folder = tmp_path / "exported"
    exported = folder / "acme.json"

    assert told("export", folder) == f"{exported}: 1 documents.\n"
    (written,) = json.loads(exported.read_text())["operations"]
    assert written.pop("promises") == {"fields": {"products.nodes.brand": "String!"}}
    assert written == operation(NAMES)
    monkeypatch.delenv("PYSHOP_DATABASE_URL")
    monkeypatch.setenv("PYSHOP_STATE_DIR", str(tmp_path / "state"))
    assert refusal("--manifest", exported) == [
        "This schema breaks documents of clients:",
        "acme Names 2:27 'Product.brand' was promised as String! and is String.",
    ]


@pytest.mark.usefixtures("without_database")
def test_a_file_that_is_no_manifest_is_named(tmp_path: Path) -> None:
    path = tmp_path / "acme.json"
    path.write_text("[]")

    assert refusal("--manifest", path)[0].startswith(f"{path}: This is no manifest: the file: ")


@pytest.mark.usefixtures("without_database")
@pytest.mark.parametrize("text", ["type Query {", "type Query { a: B }"])
def test_a_schema_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "schema.graphql"
    path.write_text(text)

    assert refusal("--schema", path)[0].startswith("The schema cannot be read: ")
