"""Who has which registered document run, counted by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import DocumentUse, TrustedDocument


@dataclass(frozen=True)
class Use:
    """How often a client had a document run, and on which day last."""

    client: str
    body: str
    count: int
    last_day: date


async def record_uses(
    session: AsyncSession, uses: Mapping[tuple[str, bytes], int], day: date
) -> None:
    """Add to the counts of a day; `uses` counts by client and SHA-256 of the document."""
    rows = [
        {"client": client, "sha256": sha256, "day": day, "count": count}
        # Two processes that write at once lock the rows in one order.
        for (client, sha256), count in sorted(uses.items())
    ]
    if not rows:
        return
    statement = insert(DocumentUse).values(rows)
    added = {"count": DocumentUse.count + statement.excluded.count}
    keys = (DocumentUse.client, DocumentUse.sha256, DocumentUse.day)
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=added))


async def uses(session: AsyncSession, since: date) -> Sequence[Use]:
    """Return the uses of registered documents from a day on, by client and name of the document."""
    is_same = and_(
        TrustedDocument.client == DocumentUse.client, TrustedDocument.sha256 == DocumentUse.sha256
    )
    statement = (
        select(
            DocumentUse.client,
            TrustedDocument.body,
            func.sum(DocumentUse.count),
            func.max(DocumentUse.day),
        )
        .join(TrustedDocument, is_same)
        .where(DocumentUse.day >= since)
        .group_by(DocumentUse.client, TrustedDocument.id)
        .order_by(DocumentUse.client, TrustedDocument.name, TrustedDocument.id)
    )
    rows = await session.execute(statement)
    return [Use(client, body, int(count), last_day) for client, body, count, last_day in rows]
