"""Registers and checks trusted documents for the command line."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import typer
from graphql import GraphQLError, GraphQLSchema, build_schema

from app.resources import Resources
from core.document_store import Document
from core.errors import Refusals, SetupError
from execution.documents import faults_of
from schema import graph
from services.documents import (
    InvalidManifest,
    assessed,
    publish,
    read_manifest,
    registered,
)


def _api() -> GraphQLSchema:
    return graph.build_schema()._schema  # noqa: SLF001 - Strawberry has no other way.


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


async def check_documents(resources: Resources, schema: str | None) -> None:
    """Hold every registered document against a schema, without one against the graph's own.

    Raises SetupError that names what would break.
    """
    api = _api() if schema is None else _read_schema(schema)
    async with resources.database.session.begin() as session:
        documents = await registered(session)
    faults = [
        fault
        for each in documents
        for fault in _faults(api, each.client, [Document(each.name, each.kind, each.body)])
    ]
    if faults:
        raise SetupError("\n  ".join(["This schema breaks registered documents:", *faults]))
    typer.echo(f"Registered documents: {len(documents)}. All of them can be run.")


def _read_schema(text: str) -> GraphQLSchema:
    try:
        return build_schema(text)
    except (GraphQLError, TypeError) as error:
        raise SetupError(f"The schema cannot be read: {error}") from error


def _faults(schema: GraphQLSchema, client: str, documents: Iterable[Document]) -> Iterator[str]:
    for each in documents:
        found = list(map(str, faults_of(schema, each.body)))
        yield from (f"{client} {each.name} {fault}" for fault in found)
