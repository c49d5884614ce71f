"""The durable event log: what happened, written in the transaction that made it happen."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, bindparam, cast, column, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from core.correlation import CORRELATION_ID
from core.statements import Statement
from models import Event
from services.event_types import EventType, PayloadT

# What a session that events were written in is marked with.
_RECORDED = "has recorded events"


async def record(
    session: AsyncSession,
    type: EventType[PayloadT],  # noqa: A002 - the column's name.
    aggregate_id: UUID,
    payload: PayloadT,
    *,
    subjects: Collection[UUID] = (),
    actor_id: UUID | None = None,
) -> UUID:
    """Write an event and return its id.

    The caller holds the aggregate's row lock, or has just inserted the row, so its events follow
    one another. `subjects` are what else the event concerns.
    """
    session.info[_RECORDED] = True
    row = _row(type, aggregate_id, payload, subjects, actor_id)
    # What it tells of is written first, so that it is refused where it happens.
    await session.flush()
    event_id: UUID
    ((event_id,),) = await _RECORD.run(session, row)
    return event_id


async def record_many(
    session: AsyncSession,
    type: EventType[PayloadT],  # noqa: A002 - the column's name.
    payloads: Mapping[UUID, PayloadT],
    *,
    subjects: Mapping[UUID, Collection[UUID]],
    actor_id: UUID | None = None,
) -> None:
    """Write an event of one type for each of several aggregates, in one statement.

    `payloads` and `subjects` are by the aggregates' ids; otherwise all is as in `record`.
    """
    rows = [_row(type, key, payload, subjects[key], actor_id) for key, payload in payloads.items()]
    session.info[_RECORDED] = True
    await session.execute(_RECORD_MANY, {"rows": orjson.dumps(rows, default=str).decode()})


def has_recorded(session: AsyncSession) -> bool:
    """Tell whether events were written in a session, which wait for their positions."""
    return _RECORDED in session.info


def _row(
    type_: EventType[PayloadT],
    aggregate_id: UUID,
    payload: PayloadT,
    subjects: Collection[UUID],
    actor_id: UUID | None,
) -> dict[str, Any]:
    return {
        "aggregate_type": type_.aggregate_type,
        "aggregate_id": aggregate_id,
        "type": type_.name,
        "version": type_.version,
        "actor_id": actor_id,
        "correlation_id": CORRELATION_ID.get(),
        "payload": payload.model_dump(mode="json", by_alias=True),
        "subjects": list(subjects),
    }


def _next_sequence(
    aggregate_type: ColumnElement[str], aggregate_id: ColumnElement[UUID]
) -> ColumnElement[int]:
    last = select(func.coalesce(func.max(Event.sequence), 0)).where(
        Event.aggregate_type == aggregate_type, Event.aggregate_id == aggregate_id
    )
    return last.scalar_subquery() + 1


_GIVEN = (
    "aggregate_type",
    "aggregate_id",
    "type",
    "version",
    "actor_id",
    "correlation_id",
    "payload",
    "subjects",
)
_RECORD = Statement(
    insert(Event)
    .values({name: bindparam(name) for name in _GIVEN})
    .values(sequence=_next_sequence(bindparam("aggregate_type"), bindparam("aggregate_id")))
    .returning(Event.id)
)
# Its text does not grow with the events, so that thousands of them are cheap.
_ROWS = (
    func.jsonb_to_recordset(cast(bindparam("rows"), JSONB))
    .table_valued(*(column(name, Event.__table__.c[name].type) for name in _GIVEN), name="given")
    .render_derived(with_types=True)
)
_RECORD_MANY = (
    insert(Event)
    .from_select(
        [*_GIVEN, "sequence"],
        select(_ROWS, _next_sequence(_ROWS.c.aggregate_type, _ROWS.c.aggregate_id)),
    )
    # Its one parameter is not a row.
    .execution_options(dml_strategy="raw")
)
