"""The documents that are registered, found by who runs them."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import DateTime, bindparam, func, select

from core.database import Database
from core.document_store import StoredDocument
from core.statements import Statement
from models import DocumentUse, TrustedDocument
from services.document_uses import record_uses

# As many as leave room for what nobody has registered, in what keeps documents and plans.
_MOST = 250
_LONGEST_PUBLISHING = timedelta(minutes=5)
# Counted for those alone that are new: a look for them is taken every few seconds.
_USES = (
    select(func.sum(DocumentUse.count))
    .where(
        DocumentUse.client == TrustedDocument.client,
        DocumentUse.sha256 == TrustedDocument.sha256,
        DocumentUse.day > func.current_date() - 30,
    )
    .scalar_subquery()
)
NEW = Statement(
    select(
        TrustedDocument.client,
        TrustedDocument.sha256,
        TrustedDocument.body,
        func.now().label("read_at"),
    )
    .where(TrustedDocument.published_at > bindparam("since", type_=DateTime(timezone=True)))
    .order_by(_USES.desc().nulls_last(), TrustedDocument.id.desc())
    .limit(_MOST)
)


class StoredDocuments:
    """The registered documents of a database; those that were found are kept, as none changes.

    Their uses are counted here and written now and then, so that a use costs no statement.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._found: dict[tuple[bytes, str | None], StoredDocument] = {}
        self._uses: Counter[tuple[str, bytes]] = Counter()
        self._seen_until = datetime.fromtimestamp(0, UTC)

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

    async def new(self) -> list[StoredDocument]:
        """Return what was registered since the last call: at first, what is run the most.

        They are kept as if they had been found.
        """
        rows = await self._database.fetch(NEW, {"since": self._seen_until})
        new = []
        for client, sha256, body, read_at in rows:
            # Who registers in a long transaction is dated by its beginning.
            self._seen_until = read_at - _LONGEST_PUBLISHING
            if (sha256, client) not in self._found:
                document = self._found[sha256, client] = StoredDocument(client, sha256, body)
                new.append(document)
        return new

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
