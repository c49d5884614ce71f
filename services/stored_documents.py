"""The documents that are registered, found by who runs them."""

from collections import Counter
from datetime import UTC, datetime
from time import monotonic

from sqlalchemy import select

from core.database import Database
from core.document_store import StoredDocument
from models import TrustedDocument
from services.document_uses import record_uses


class StoredDocuments:
    """The registered documents of a database; those that were found are kept, as none changes.

    A hash that nobody has registered is not looked for again for a few seconds, as clients send
    hashes of their own texts with each request. Partners do not wait for what they registered:
    theirs is always looked for.

    Their uses are counted here and written now and then, so that a use costs no statement.
    """

    MISSING_SECONDS = 10.0
    _MOST_MISSING = 10_000

    def __init__(self, database: Database) -> None:
        self._database = database
        self._missing: dict[bytes, float] = {}
        self._found: dict[tuple[bytes, str | None], StoredDocument] = {}
        self._uses: Counter[tuple[str, bytes]] = Counter()

    async def find(self, sha256: bytes, client: str | None) -> StoredDocument | None:
        """Return the document with this hash of a client; of any, it is whose was the first."""
        found = self._found.get((sha256, client))
        if found is not None:
            return found
        if client is None and monotonic() < self._missing.get(sha256, 0.0):
            return None
        document = await self._read(sha256, client)
        if document is not None:
            self._found[sha256, client] = document
        elif client is None:
            self._miss(sha256)
        return document

    def _miss(self, sha256: bytes) -> None:
        self._missing.pop(sha256, None)
        if len(self._missing) >= self._MOST_MISSING:
            del self._missing[next(iter(self._missing))]
        self._missing[sha256] = monotonic() + self.MISSING_SECONDS

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
