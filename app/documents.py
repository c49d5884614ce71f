"""Registers and checks trusted documents for the command line."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import typer
from graphql import GraphQLError, GraphQLSchema, build_schema, parse

from app.resources import Resources
from core.errors import SetupError
from execution.documents import faults_of, operation_of
from schema import graph
from services.documents import Document, InvalidManifest, publish, read_manifest, registered


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
    if faults := list(_faults(_api(), client, documents)):
        raise SetupError("\n  ".join(["Nothing was published.", *faults]))
    async with resources.database.session.begin() as session:
        published = await publish(session, client, documents)
    typer.echo(f"{client}: {published.new} published, {published.known} known before.")


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
        if not found:
            found = _misnamed(each)
        yield from (f"{client} {each.name} {fault}" for fault in found)


def _misnamed(document: Document) -> list[str]:
    try:
        operation = operation_of(parse(document.body))
    except ValueError as error:
        return [str(error)]
    if (operation.name, operation.kind) != (document.name, document.kind):
        return [f"The body is the {operation.kind} {operation.name}."]
    return []
