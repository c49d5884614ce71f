"""Bulk jobs, for admins, and the events that tell how far they have come."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, Uuid, bindparam, false, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from core.reads import Context, Row
from core.statements import Statement
from core.telemetry import batch_read
from loaders.batches import rows_by_key
from loaders.event_audience import BETWEEN, EventRow
from models import Event, Job

_JOBS = select(Job)
_NO_JOBS = _JOBS.where(false())
_COLUMNS = frozenset({"position", "type", "occurred_at"})
_EVENT = EventRow.maker(_COLUMNS)


class JobRow(Row, columns={**Job.__table__.c}):
    id: UUID
    kind: str
    status: str
    done: int
    total: int | None
    error: str | None
    started_at: datetime
    heard_at: datetime
    ended_at: datetime | None


def visible_jobs(role: str | None) -> Select[Any]:
    return _JOBS if role == "admin" else _NO_JOBS


@batch_read
async def jobs_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[JobRow | None]:
    source = visible_jobs(context.viewer.role)
    return await rows_by_key(context, JobRow, keys, key=Job.id, source=source, columns=columns)


@batch_read
async def job_events_between(
    context: Context, after: int, through: int, *, job: UUID, types: Sequence[str], limit: int
) -> list[EventRow]:
    """Return the first events of a job after a position, up to and with another.

    Whoever asks has read the job, and so may see it.
    """
    params = {"job": job, "types": list(types), "after": after, "through": through}
    return [_EVENT(values) for values in await context.fetch(_statement(limit), params)]


@cache
def _statement(limit: int) -> Statement:
    return Statement(
        select(*EventRow.select(_COLUMNS))
        .where(
            Event.aggregate_type == "job",
            Event.aggregate_id == bindparam("job", type_=Uuid()),
            Event.type == func.any(bindparam("types", type_=ARRAY(String()))),
            *BETWEEN,
        )
        .order_by(Event.position)
        .limit(limit)
    )
