"""How rooms that know no table find a registered document, and those that know no GraphQL judge."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Document:
    """An operation of a client; `body` is its whole text, with the fragments that it uses."""

    name: str
    kind: str
    body: str

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.body.encode()).digest()


@dataclass(frozen=True)
class Fault:
    """Why a document cannot be run, and where in its text: lines and columns count from 1."""

    message: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column} {self.message}"


@dataclass(frozen=True)
class Assessment:
    """What a schema says of a document: all that it refuses, or what running it takes.

    `cost` is counted with the defaults of its variables, `statements` is how many it sends at most,
    and `promises` are what its client can rely on, as `execution/promises.py` writes them.
    """

    faults: tuple[Fault, ...] = ()
    cost: int = 0
    statements: int = 0
    promises: Mapping[str, Any] = field(default_factory=dict)


Assess = Callable[[Document], Assessment]


@dataclass(frozen=True)
class StoredDocument:
    """A document that a client has registered: its text, and the SHA-256 of that."""

    client: str
    sha256: bytes
    body: str


class DocumentStore(Protocol):
    """Finds the documents that clients have registered, and counts their use."""

    async def find(self, sha256: bytes, client: str | None) -> StoredDocument | None:
        """Return the document with this hash of a client, or of any; None where there is none."""

    def count(self, document: StoredDocument) -> None:
        """Note that a document is run, for `documents usage`."""


class AutomaticDocuments(Protocol):
    """Keeps for a while what clients send with its hash, so that they need not send it again."""

    async def find(self, sha256: bytes) -> str | None:
        """Return the text that was sent with this hash, or None where it is not known any more."""

    async def keep(self, sha256: bytes, text: str) -> None:
        """Remember a text that is valid by its hash."""
