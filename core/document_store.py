"""How rooms that know no table find a registered document."""

from dataclasses import dataclass
from typing import Protocol


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
