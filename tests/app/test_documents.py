"""Trusted documents by the command line: published and listed."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.resources import open_resources
from core.document_store import Document
from core.settings import Settings
from services.document_uses import record_uses
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


async def use(settings: Settings, days_ago: int) -> None:
    day = datetime.now(UTC).date() - timedelta(days=days_ago)
    async with open_resources(settings) as resources, resources.database.session.begin() as session:
        await record_uses(session, {("acme", NAMES.sha256): 1}, day)


def withdraw(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["documents", "withdraw", *arguments])


def test_what_nobody_runs_is_withdrawn(on_servers: Settings, tmp_path: Path) -> None:
    publish(tmp_path, NAMES)
    asyncio.run(use(on_servers, days_ago=31))

    assert withdraw(NAMES.sha256.hex(), "--client", "acme").exit_code == 0
    assert asyncio.run(count(on_servers)) == 0
    assert f"{'Names':30} cost     21 statements   1 published" in publish(tmp_path, NAMES).stdout


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ((NAMES.sha256.hex(), "--client", "acme"), "Names was run on "),
        ((NAMES.sha256.hex(), "--client", "bolt"), "bolt has no such document."),
        ((BROKEN.sha256.hex(), "--client", "acme"), "acme has no such document."),
        (("x", "--client", "acme"), "non-hexadecimal number found in fromhex()"),
    ],
)
def test_nothing_else_is_withdrawn(
    on_servers: Settings, tmp_path: Path, arguments: tuple[str, ...], fault: str
) -> None:
    publish(tmp_path, NAMES)
    asyncio.run(use(on_servers, days_ago=30))

    outcome = withdraw(*arguments)

    assert outcome.exit_code == 1
    assert str(outcome.exception).startswith(f"Nothing was withdrawn: {fault}")
    assert asyncio.run(count(on_servers)) == 1
