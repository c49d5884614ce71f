"""The durable event log: what happened, written in the transaction that made it happen."""

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
    aggregate_type = type.partition(".")[0]
    last = select(func.coalesce(func.max(Event.sequence), 0)).where(
        Event.aggregate_type == aggregate_type, Event.aggregate_id == aggregate_id
    )
    return (
        await session.execute(
            insert(Event)
            .values(
                aggregate_type=aggregate_type,
                aggregate_id=aggregate_id,
                sequence=last.scalar_subquery() + literal(1),
                type=type,
                actor_id=actor_id,
                correlation_id=CORRELATION_ID.get(),
                payload=payload,
            )
            .returning(Event.id)
        )
    ).scalar_one()
