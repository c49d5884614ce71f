"""Trusted documents: operations that a client has registered, and that stay able to run.

A manifest is what `@apollo/generate-persisted-query-manifest` writes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from sqlalchemy import Boolean, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.document_store import Assess, Assessment, Document, Fault
from core.errors import DomainError, Refusals
from models import DocumentUse, TrustedDocument

Kind = Literal["query", "mutation", "subscription"]


class InvalidManifest(DomainError):
    """The file is no manifest, or says of an operation what is not so."""

    code = "INVALID_MANIFEST"


class DocumentRefused(DomainError):
    """A document cannot be run; where it stands is told by its line and column, from 1 on."""

    code = "DOCUMENT_REFUSED"

    def __init__(self, index: int, document: Document, fault: Fault) -> None:
        super().__init__(
            f"{document.name} {fault}",
            path=("operations", str(index), "body"),
            name=document.name,
            reason=fault.message,
            line=fault.line,
            column=fault.column,
        )


class DocumentNotFound(DomainError):
    code = "DOCUMENT_NOT_FOUND"

    def __init__(self, client: str) -> None:
        super().__init__(f"{client} has no such document.")


class DocumentInUse(DomainError):
    """A document was run of late, and so has somebody who counts on it."""

    code = "DOCUMENT_IN_USE"

    def __init__(self, name: str, last_day: date) -> None:
        super().__init__(f"{name} was run on {last_day}.", name=name, last_day=last_day)


@dataclass(frozen=True)
class Assessed:
    """A document that can be run, and what that takes."""

    document: Document
    figures: Assessment


@dataclass(frozen=True)
class Published:
    """A document that is registered now; `is_new` where its client had not registered it before."""

    name: str
    sha256: str
    cost: int
    statements: int
    is_new: bool


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


# Who has so many faults has most often one.
_TOLD = 200
_OPERATIONS = TypeAdapter(list[_Operation])


def read_manifest(text: str | bytes) -> list[Document]:
    """Return the documents of a manifest; raises InvalidManifest that says what is wrong where."""
    return _read(lambda: _Manifest.model_validate_json(text).operations)


def read_operations(operations: Sequence[Mapping[str, Any]]) -> list[Document]:
    """Return the documents of a manifest's operations; raises InvalidManifest as above."""
    return _read(lambda: _OPERATIONS.validate_python(operations))


def _read(read: Callable[[], list[_Operation]]) -> list[Document]:
    try:
        return [operation.document() for operation in read()]
    except ValidationError as error:
        (first, *_) = error.errors()
        where = ".".join(map(str, first["loc"])) or "the file"
        raise InvalidManifest(f"This is no manifest: {where}: {first['msg']}.") from error


def assessed(documents: Sequence[Document], assess: Assess) -> list[Assessed]:
    """Judge documents; raises Refusals with the faults of all, at most 200."""
    judged = [Assessed(each, assess(each)) for each in documents]
    faults = [
        DocumentRefused(index, each.document, fault)
        for index, each in enumerate(judged)
        for fault in each.figures.faults
    ]
    if faults:
        raise Refusals(faults[:_TOLD])
    return judged


async def publish(
    session: AsyncSession, client: str, documents: Sequence[Assessed]
) -> list[Published]:
    """Register what a client has not registered before; nothing is ever taken back by this.

    What it had before is promised to it anew: its client is built against the schema of today.
    """
    # Two that publish at once lock the rows in one order.
    rows = {
        each.document.sha256: _row(client, each)
        for each in sorted(documents, key=lambda each: each.document.sha256)
    }
    if not rows:
        return []
    insertion = insert(TrustedDocument)
    statement = insertion.on_conflict_do_update(
        index_elements=[TrustedDocument.client, TrustedDocument.sha256],
        set_={"promises": insertion.excluded.promises},
    )
    # Only a row that was there before has been locked, and so has an xmax.
    is_new = literal_column("xmax = 0", Boolean)
    answer = await session.execute(
        statement.returning(TrustedDocument.sha256, is_new), list(rows.values())
    )
    new = {sha256 for sha256, is_new in answer if is_new}
    return [_published(each, is_new=each.document.sha256 in new) for each in documents]


def _row(client: str, each: Assessed) -> dict[str, Any]:
    document = each.document
    return {
        "client": client,
        "sha256": document.sha256,
        "name": document.name,
        "kind": document.kind,
        "body": document.body,
        "promises": each.figures.promises,
    }


def _published(each: Assessed, *, is_new: bool) -> Published:
    document, figures = each.document, each.figures
    return Published(document.name, document.sha256.hex(), figures.cost, figures.statements, is_new)


async def withdraw(session: AsyncSession, client: str, sha256: bytes, since: date) -> None:
    """Forget a document that was not run from a day on, so that it is no promise any more.

    Raises DocumentNotFound or DocumentInUse. Processes that know it do so until they end.
    """
    document = await session.scalar(
        select(TrustedDocument)
        .where(TrustedDocument.client == client, TrustedDocument.sha256 == sha256)
        .with_for_update()
    )
    if document is None:
        raise DocumentNotFound(client)
    last_day = await session.scalar(
        select(func.max(DocumentUse.day)).where(
            DocumentUse.client == client, DocumentUse.sha256 == sha256
        )
    )
    if last_day is not None and last_day >= since:
        raise DocumentInUse(document.name, last_day)
    await session.delete(document)


async def registered(session: AsyncSession) -> Sequence[TrustedDocument]:
    """Return every document of every client, by client and name."""
    order = (TrustedDocument.client, TrustedDocument.name, TrustedDocument.id)
    return (await session.scalars(select(TrustedDocument).order_by(*order))).all()
