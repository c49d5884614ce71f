"""Registers trusted documents for the command line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from app.resources import Resources
from core.document_store import Document
from core.errors import DomainError, Refusals, SetupError
from services.documents import (
    InvalidManifest,
    assessed,
    publish,
    read_manifest,
    registered,
    withdraw,
)


def read_documents(manifest: Path) -> list[Document]:
    """Read a manifest; raises SetupError that says what is wrong with it."""
    try:
        return read_manifest(manifest.read_bytes())
    except InvalidManifest as error:
        raise SetupError(f"{manifest}: {error}") from error


async def publish_documents(resources: Resources, client: str, documents: list[Document]) -> None:
    """Register a client's documents, all or none; raises SetupError with every fault found."""
    try:
        judged = assessed(documents, resources.assessor.assess)
    except Refusals as refusals:
        faults = [f"{client} {each}" for each in refusals.errors]
        raise SetupError("\n  ".join(["Nothing was published.", *faults])) from refusals
    async with resources.database.session.begin() as session:
        published = await publish(session, client, judged)
    for each in published:
        state = "published" if each.is_new else "known before"
        typer.echo(
            f"{each.name:30} cost {each.cost:6} statements {each.statements:3} {state:13}"
            f" {each.sha256}"
        )


async def list_documents(resources: Resources) -> None:
    """Print every registered document with its client, name, hash and date."""
    async with resources.database.session.begin() as session:
        for each in await registered(session):
            typer.echo(
                f"{each.client:20} {each.kind:13} {each.name:30} {each.sha256.hex()}"
                f" {each.published_at:%Y-%m-%d}"
            )


async def withdraw_document(resources: Resources, client: str, sha256: str, days: int) -> None:
    """Forget a document; raises SetupError where it was run in the last days, or is not known."""
    since = datetime.now(UTC).date() - timedelta(days=days)
    try:
        async with resources.database.session.begin() as session:
            await withdraw(session, client, bytes.fromhex(sha256), since)
    except (DomainError, ValueError) as error:
        raise SetupError(f"Nothing was withdrawn: {error}") from error
