"""How rooms that know no table find a registered document."""

from typing import Protocol


class DocumentStore(Protocol):
    """Finds the documents that clients have registered."""

    async def find(self, sha256: bytes) -> str | None:
        """Return the text whose SHA-256 it is, or None where no client has registered it."""
