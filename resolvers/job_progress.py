"""A bulk job followed live, until it ends."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from loaders.event_audience import about
from loaders.event_positions import write_position
from loaders.jobs import JobRow, job_events_between, jobs_by_id
from resolvers.context import ShopContext
from resolvers.following import BATCH_SIZE, following
from services.event_types import JOB_ADVANCED, JOB_ENDED, JOB_STARTED
from services.jobs import JobNotFound

_TYPES = (JOB_STARTED.name, JOB_ADVANCED.name, JOB_ENDED.name)


@dataclass(frozen=True)
class JobUpdate:
    """A job as it is now; `occurred_at` is when it came so far, None for the state first told."""

    job_id: UUID
    position: int
    occurred_at: datetime | None = None

    @property
    def cursor(self) -> str:
        return write_position(self.position)


async def job_progressed(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
    after: int | None,
) -> AsyncIterator[JobUpdate]:
    """Follow one job until its end is told; raises JobNotFound where the viewer may not see it."""
    await _visible(context, id)
    missed = partial(job_events_between, context, job=id, types=_TYPES, limit=BATCH_SIZE)
    async with following(context, after, about(id), missed, expires=True) as log:
        if after is None:
            # It is read after the position was, so that an end which this misses is told later.
            ended = (await _visible(context, id)).ended_at is not None
            yield JobUpdate(id, log.position)
        else:
            ended = await _has_ended(context, id, after)
        while not ended:
            event = await log.next()
            yield JobUpdate(id, event.position, event.occurred_at)
            ended = event.type == JOB_ENDED.name


async def _visible(context: ShopContext, job_id: UUID) -> JobRow:
    (job,) = await jobs_by_id(context, [job_id], columns=frozenset({"ended_at"}))
    if job is None:
        raise JobNotFound
    return job


async def _has_ended(context: ShopContext, job_id: UUID, position: int) -> bool:
    """Tell whether the end of a job was told to who has come to a position of the log."""
    ends = (JOB_ENDED.name,)
    return bool(await job_events_between(context, 0, position, job=job_id, types=ends, limit=1))
