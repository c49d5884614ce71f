"""Bulk work, and how far it has come: each change of a job is an event in its transaction."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DomainError
from core.ids import encode_id
from models import Job
from services.event_types import JOB_ADVANCED, JOB_ENDED, JOB_STARTED, EventType, JobPayload
from services.events import record

# A process that lives is heard of every second or so.
SILENCE = timedelta(minutes=5)
MAX_ERROR_LENGTH = 500


class JobKind(StrEnum):
    CATALOG_IMPORT = "catalog_import"
    SEARCH_REINDEX = "search_reindex"


class JobStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobNotFound(DomainError):
    """There is no such job, or the viewer may not see it."""

    code = "JOB_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such job.", path=("id",))


async def start(session: AsyncSession, kind: JobKind, total: int | None) -> UUID:
    """Begin a job and return its id; `total` is how many lines or products it works on."""
    job = Job(kind=kind, total=total)
    session.add(job)
    await session.flush()
    await session.refresh(job)
    await _record(session, JOB_STARTED, job)
    return job.id


async def advance(session: AsyncSession, job_id: UUID, done: int) -> None:
    """Note that a job's process lives, and how much it has done; not of one that has ended."""
    job = await _running(session, job_id)
    if job is None:
        return
    job.heard_at = func.now()
    if job.done != done:
        job.done = done
        await _record(session, JOB_ADVANCED, job)


async def end(session: AsyncSession, job_id: UUID, done: int, error: str | None) -> None:
    """End a job, which failed where there is an error; one that has ended stays as it is."""
    job = await _running(session, job_id)
    if job is not None:
        job.done = done
        await _end(session, job, error)


async def fail_silent(session: AsyncSession, now: datetime) -> None:
    """End the jobs whose process has not been heard of, since it was killed or hangs."""
    silent = select(Job).where(Job.status == JobStatus.RUNNING, Job.heard_at < now - SILENCE)
    for job in await session.scalars(silent.order_by(Job.id).with_for_update()):
        minutes = SILENCE // timedelta(minutes=1)
        await _end(session, job, f"Nothing was heard of its process for {minutes} minutes.")


async def _running(session: AsyncSession, job_id: UUID) -> Job | None:
    wanted = select(Job).where(Job.id == job_id, Job.status == JobStatus.RUNNING)
    return await session.scalar(wanted.with_for_update())


async def _end(session: AsyncSession, job: Job, error: str | None) -> None:
    job.status = JobStatus.DONE if error is None else JobStatus.FAILED
    job.error = None if error is None else error[:MAX_ERROR_LENGTH]
    job.ended_at = func.now()
    await _record(session, JOB_ENDED, job)


async def _record(session: AsyncSession, type_: EventType[JobPayload], job: Job) -> None:
    payload = JobPayload(
        id=encode_id("job", job.id),
        kind=job.kind.upper(),
        status=job.status.upper(),
        done=job.done,
        total=job.total,
        error=job.error,
    )
    await record(session, type_, job.id, payload)
