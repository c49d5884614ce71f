"""Bulk work of the command line, done as a job that admins can follow."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import typer
from loguru import logger
from sqlalchemy.exc import SQLAlchemyError

from app.resources import Resources
from core.database import Database
from core.ids import encode_id
from services import jobs
from services.jobs import JobKind

# A change of the job is an event, so this is how often its followers are told.
REPORT_SECONDS = 1.0


class _Progress:
    """How much is done, and what notes it: in short transactions, beside that of the work."""

    def __init__(self, database: Database, job_id: UUID) -> None:
        self.done = 0
        self._database, self._job_id = database, job_id

    def advance(self, done: int) -> None:
        self.done = done

    async def report(self) -> None:
        """Note it again and again, also where nothing is new: so the job is known to live."""
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            try:
                async with self._database.session.begin() as session:
                    await jobs.advance(session, self._job_id, self.done)
            except (SQLAlchemyError, OSError, asyncpg.PostgresError) as error:
                logger.warning("the progress of a job cannot be noted: {}", error)

    async def end(self, error: str | None = None) -> None:
        async with self._database.session.begin() as session:
            await jobs.end(session, self._job_id, self.done, error)


@asynccontextmanager
async def running_job(
    resources: Resources, kind: JobKind, total: int | None
) -> AsyncIterator[Callable[[int], None]]:
    """Start a job, print its id, and end it; the work tells what this yields how much is done.

    Any exception fails the job, also that of an interrupt. Of a process that is killed nobody
    hears, until the schedule of the workers gives the job up.
    """
    async with resources.database.session.begin() as session:
        job_id = await jobs.start(session, kind, total)
    progress = _Progress(resources.database, job_id)
    reporting = asyncio.create_task(progress.report())
    try:
        typer.echo(f"{encode_id('job', job_id)} {kind}")
        yield progress.advance
    except BaseException as error:
        await _stopped(reporting)
        await progress.end(_reason(error))
        raise
    await _stopped(reporting)
    await progress.end()


def _reason(error: BaseException) -> str:
    if isinstance(error, Exception):
        return f"{type(error).__name__}: {error}"
    return "It was interrupted."


async def _stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
