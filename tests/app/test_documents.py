"""Trusted documents by the command line: published and listed."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.resources import open_resources
from core.document_store import Document
from core.settings import Settings
from services.documents import registered
from tests.services.test_documents import manifest, operation

NAMES = Document("Names", "query", "query Names {\n  products { nodes { name slug } }\n}")
BROKEN = Document("Broken", "query", "query Broken {\n  products { nodes { nome } }\n}")


def publish(folder: Path, *documents: Document, **changed: object) -> Result:
    path = folder / "manifest.json"
    path.write_text(manifest(*(operation(each, **changed) for each in documents)))
    command = ["documents", "publish", str(path), "--client", "acme"]
    return CliRunner().invoke(app, command)


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
