"""Trusted documents: operations that a client has registered, and that stay able to run.

A manifest is what `@apollo/generate-persisted-query-manifest` writes.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Boolean, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database
from core.document_store import StoredDocument
from core.errors import DomainError
from models import TrustedDocument
from services.document_uses import record_uses

Kind = Literal["query", "mutation", "subscription"]


class InvalidManifest(DomainError):
    """The file is no manifest, or says of an operation what is not so."""

    code = "INVALID_MANIFEST"


@dataclass(frozen=True)
class Document:
    """An operation of a manifest; `body` is its whole text, with the fragments that it uses.

    `promises` are what the schema promises to it, as `execution/promises.py` writes them.
    """

    name: str
    kind: str
    body: str
    promises: Mapping[str, Any] = field(default_factory=dict, compare=False)

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
    """Register what a client has not registered before; nothing is ever taken back by this.

    What it had before is promised to it anew: its client is built against the schema of today.
    """
    rows = [
        {
            "client": client,
            "sha256": document.sha256,
            "name": document.name,
            "kind": document.kind,
            "body": document.body,
            "promises": document.promises,
        }
        for _, document in sorted({each.sha256: each for each in documents}.items())
    ]
    if not rows:
        return Published(0, 0)
    insertion = insert(TrustedDocument)
    statement = insertion.on_conflict_do_update(
        index_elements=[TrustedDocument.client, TrustedDocument.sha256],
        set_={"promises": insertion.excluded.promises},
    )
    # Only a row that was there before has been locked, and so has an xmax.
    is_new = literal_column("xmax = 0", Boolean)
    new = sum((await session.scalars(statement.returning(is_new), rows)).all())
    return Published(new, len(documents) - new)


async def registered(session: AsyncSession) -> Sequence[TrustedDocument]:
    """Return every document of every client, by client and name."""
    order = (TrustedDocument.client, TrustedDocument.name, TrustedDocument.id)
    return (await session.scalars(select(TrustedDocument).order_by(*order))).all()


class StoredDocuments:
    """The registered documents of a database; those that were found are kept, as none changes.

    Their uses are counted here and written now and then, so that a use costs no statement.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._found: dict[tuple[bytes, str | None], StoredDocument] = {}
        self._uses: Counter[tuple[str, bytes]] = Counter()

    async def find(self, sha256: bytes, client: str | None) -> StoredDocument | None:
        """Return the document with this hash of a client; of any, it is whose was the first."""
        if (sha256, client) not in self._found:
            document = await self._read(sha256, client)
            if document is None:
                return None
            self._found[sha256, client] = document
        return self._found[sha256, client]

    async def _read(self, sha256: bytes, client: str | None) -> StoredDocument | None:
        statement = (
            select(TrustedDocument.client, TrustedDocument.body)
            .where(TrustedDocument.sha256 == sha256)
            .order_by(TrustedDocument.id)
            .limit(1)
        )
        if client is not None:
            statement = statement.where(TrustedDocument.client == client)
        rows = await self._database.fetch(statement, {})
        return StoredDocument(rows[0][0], sha256, rows[0][1]) if rows else None

    def count(self, document: StoredDocument) -> None:
        """Note that a document is run."""
        self._uses[document.client, document.sha256] += 1

    async def write_uses(self) -> None:
        """Write the uses that were counted since; they are kept for later where it fails."""
        uses, self._uses = self._uses, Counter()
        if not uses:
            return
        try:
            async with self._database.session.begin() as session:
                await record_uses(session, uses, datetime.now(UTC).date())
        except Exception:
            self._uses.update(uses)
            raise
