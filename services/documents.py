"""Trusted documents: operations that a client has registered, and that stay able to run.

A manifest is what `@apollo/generate-persisted-query-manifest` writes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database
from core.errors import DomainError
from models import TrustedDocument

Kind = Literal["query", "mutation", "subscription"]


class InvalidManifest(DomainError):
    """The file is no manifest, or says of an operation what is not so."""

    code = "INVALID_MANIFEST"


@dataclass(frozen=True)
class Document:
    """An operation of a manifest; `body` is its whole text, with the fragments that it uses."""

    name: str
    kind: str
    body: str

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.body.encode()).digest()


@dataclass(frozen=True)
class Published:
    """How many documents of a manifest were new to its client, and how many it had already."""

    new: int
    known: int


class _Operation(BaseModel):
    id: str
    name: str
    type: Kind
    body: str

    def document(self) -> Document:
        document = Document(self.name, self.type, self.body)
        if self.id != document.sha256.hex():
            raise InvalidManifest(f"The id of {self.name} is not the SHA-256 of its body.")
        return document


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Literal["apollo-persisted-query-manifest"]
    version: Literal[1]
    operations: list[_Operation]


def read_manifest(text: str | bytes) -> list[Document]:
    """Return the documents of a manifest; raises InvalidManifest that says what is wrong where."""
    try:
        manifest = _Manifest.model_validate_json(text)
    except ValidationError as error:
        (first, *_) = error.errors()
        where = ".".join(map(str, first["loc"])) or "the file"
        raise InvalidManifest(f"This is no manifest: {where}: {first['msg']}.") from error
    return [operation.document() for operation in manifest.operations]


async def publish(session: AsyncSession, client: str, documents: Sequence[Document]) -> Published:
    """Register what a client has not registered before; nothing is ever taken back by this."""
    rows = [
        {
            "client": client,
            "sha256": document.sha256,
            "name": document.name,
            "kind": document.kind,
            "body": document.body,
        }
        for document in sorted(documents, key=lambda each: each.sha256)
    ]
    if not rows:
        return Published(0, 0)
    statement = insert(TrustedDocument).on_conflict_do_nothing().returning(TrustedDocument.id)
    new = len((await session.scalars(statement, rows)).all())
    return Published(new, len(documents) - new)


async def registered(session: AsyncSession) -> Sequence[TrustedDocument]:
    """Return every document of every client, by client and name."""
    order = (TrustedDocument.client, TrustedDocument.name, TrustedDocument.id)
    return (await session.scalars(select(TrustedDocument).order_by(*order))).all()


class StoredDocuments:
    """The registered documents of a database; those that were found are kept, as none changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._found: dict[bytes, str] = {}

    async def find(self, sha256: bytes) -> str | None:
        """Return the text whose SHA-256 it is, or None where no client has registered it."""
        if sha256 not in self._found:
            statement = select(TrustedDocument.body).where(TrustedDocument.sha256 == sha256)
            rows = await self._database.fetch(statement.limit(1), {})
            if not rows:
                return None
            self._found[sha256] = rows[0][0]
        return self._found[sha256]
