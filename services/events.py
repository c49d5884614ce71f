"""The durable event log: what happened, written in the transaction that made it happen."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.correlation import CORRELATION_ID
from models import Event


async def record(
    session: AsyncSession,
    type: str,  # noqa: A002 - the column's name.
    aggregate_id: UUID,
    payload: dict[str, Any],
    *,
    actor_id: UUID | None = None,
) -> UUID:
    """Write an event and return its id.

    `type` is `aggregate.what_happened`, such as `order.confirmed`. The caller holds the
    aggregate's row lock, or has just inserted the row, so its events follow one another. The
    payload is a snapshot: ids in their public form, money as minor units with a currency, times
    in ISO 8601, and never a secret.
    """
    row = _row(type, aggregate_id, payload, actor_id)
    return (await session.execute(insert(Event).values(row).returning(Event.id))).scalar_one()


async def record_many(
    session: AsyncSession,
    type: str,  # noqa: A002 - the column's name.
    payloads: Mapping[UUID, dict[str, Any]],
    *,
    actor_id: UUID | None = None,
) -> None:
    """Write an event of one type for each of several aggregates, in one statement.

    `payloads` are by the aggregates' ids; otherwise all is as in `record`.
    """
    rows = [_row(type, key, payload, actor_id) for key, payload in payloads.items()]
    await session.execute(insert(Event).values(rows))


def _row(
    type_: str, aggregate_id: UUID, payload: dict[str, Any], actor_id: UUID | None
) -> dict[str, Any]:
    aggregate_type = type_.partition(".")[0]
    last = select(func.coalesce(func.max(Event.sequence), 0)).where(
        Event.aggregate_type == aggregate_type, Event.aggregate_id == aggregate_id
    )
    return {
        "aggregate_type": aggregate_type,
        "aggregate_id": aggregate_id,
        "sequence": last.scalar_subquery() + literal(1),
        "type": type_,
        "actor_id": actor_id,
        "correlation_id": CORRELATION_ID.get(),
        "payload": payload,
    }
