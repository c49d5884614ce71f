"""Holds a schema to what the documents of clients were promised."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import cast
from urllib.parse import quote, unquote

import typer
from graphql import GraphQLError, GraphQLSchema, build_schema, parse

from app.documents import read_documents
from app.resources import Resources
from core.document_store import Document, Fault
from core.errors import SetupError
from core.settings import ROOT
from execution.deprecations import premature
from execution.documents import faults_of
from execution.promises import Promises, broken, promises_of
from execution.sdl import api_sdl
from schema import graph
from services.documents import registered


@dataclass(frozen=True)
class Contract:
    """A document of a client, and what was promised to it."""

    client: str
    document: Document
    promises: Promises


def committed_contracts() -> list[Contract]:
    """Return the documents of our own client, which every clone has."""
    return _read("pyshop", ROOT / "client" / "manifest.json")


def exported_contracts(manifest: Path) -> list[Contract]:
    """Read what `documents export` wrote; raises SetupError that says what is wrong with it."""
    return _read(unquote(manifest.stem), manifest)


async def registered_contracts(resources: Resources) -> list[Contract]:
    """Return the registered documents of a database, by client and name."""
    async with resources.database.session.begin() as session:
        return [
            Contract(
                each.client,
                Document(each.name, each.kind, each.body),
                cast("Promises", each.promises),
            )
            for each in await registered(session)
        ]


def export_contracts(contracts: Sequence[Contract], folder: Path) -> None:
    """Write a manifest for each client, in which each operation has its promises too.

    The contracts of a client stand together.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for client, of_client in groupby(contracts, key=lambda each: each.client):
        operations = [_operation(each) for each in of_client]
        manifest = {"format": "apollo-persisted-query-manifest", "version": 1}
        path = folder / f"{quote(client, safe='')}.json"
        path.write_text(json.dumps(manifest | {"operations": operations}, indent=2) + "\n")
        typer.echo(f"{path}: {len(operations)} documents.")


def check_contracts(contracts: Sequence[Contract], schema: str | None) -> None:
    """Hold a schema to contracts, without one this graph; raises SetupError naming what it breaks.

    Another schema must also not take away from this graph what was not deprecated long enough,
    whether or not one of the documents uses it.
    """
    api = graph.build_schema()
    if schema is None:
        broken_by = _broken(contracts, api.core)
        too_early: list[str] = []
    else:
        own, new = build_schema(api_sdl(api)), _read_schema(schema)
        broken_by = _broken([_promised(each, own) for each in contracts], new)
        too_early = premature(own, new, datetime.now(UTC).date())
    told = [
        "\n  ".join([heading, *lines])
        for heading, lines in (
            ("This schema breaks documents of clients:", broken_by),
            ("It takes away what was not deprecated until yesterday or longer ago:", too_early),
        )
        if lines
    ]
    if told:
        raise SetupError("\n".join(told))


def _broken(contracts: Iterable[Contract], schema: GraphQLSchema) -> list[str]:
    return [
        f"{each.client} {each.document.name} {fault}"
        for each in contracts
        for fault in _faults(each, schema)
    ]


def _faults(contract: Contract, schema: GraphQLSchema) -> Iterable[Fault]:
    body = contract.document.body
    return faults_of(schema, body) or broken(contract.promises, schema, parse(body))


def _promised(contract: Contract, schema: GraphQLSchema) -> Contract:
    """Add to a contract without promises what a schema promises."""
    body = contract.document.body
    if contract.promises or faults_of(schema, body):
        return contract
    return replace(contract, promises=promises_of(schema, parse(body)))


def _read(client: str, manifest: Path) -> list[Contract]:
    documents = read_documents(manifest)
    operations = json.loads(manifest.read_bytes())["operations"]
    return [
        Contract(client, document, operation.get("promises", {}))
        for document, operation in zip(documents, operations, strict=True)
    ]


def _operation(contract: Contract) -> dict[str, object]:
    document = contract.document
    return {
        "id": document.sha256.hex(),
        "name": document.name,
        "type": document.kind,
        "body": document.body,
        "promises": contract.promises,
    }


def _read_schema(text: str) -> GraphQLSchema:
    try:
        return build_schema(text)
    except (GraphQLError, TypeError) as error:
        raise SetupError(f"The schema cannot be read: {error}") from error
