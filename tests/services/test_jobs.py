"""Jobs, and the events that each of their changes is."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from core.database import Database
from core.ids import encode_id
from models import Event, Job
from services import jobs
from services.jobs import MAX_ERROR_LENGTH, JobKind

pytestmark = pytest.mark.anyio

NOW = datetime.now(UTC)


async def started(database: Database, total: int | None = 10) -> UUID:
    async with database.session.begin() as session:
        return await jobs.start(session, JobKind.CATALOG_IMPORT, total)


async def advance(database: Database, job: UUID, done: int) -> None:
    async with database.session.begin() as session:
        await jobs.advance(session, job, done)


async def end(database: Database, job: UUID, done: int, error: str | None = None) -> None:
    async with database.session.begin() as session:
        await jobs.end(session, job, done, error)


async def fail_silent(database: Database, now: datetime) -> None:
    async with database.session.begin() as session:
        await jobs.fail_silent(session, now)


async def state(database: Database, job: UUID) -> tuple[Any, ...]:
    wanted = select(Job.status, Job.done, Job.error, Job.ended_at).where(Job.id == job)
    ((status, done, error, ended_at),) = await database.fetch(wanted, {})
    return status, done, error, ended_at is not None


async def events(database: Database, job: UUID) -> list[tuple[Any, ...]]:
    wanted = select(Event.sequence, Event.type, Event.payload).where(Event.aggregate_id == job)
    rows = await database.fetch(wanted.order_by(Event.sequence), {})
    return [(row[0], row[1], row[2]["status"], row[2]["done"], row[2]["error"]) for row in rows]


async def test_each_change_is_an_event_with_the_job_as_it_then_was(database: Database) -> None:
    job = await started(database)
    await advance(database, job, 4)
    await end(database, job, 10)

    assert await state(database, job) == ("done", 10, None, True)
    assert await events(database, job) == [
        (1, "job.started", "RUNNING", 0, None),
        (2, "job.advanced", "RUNNING", 4, None),
        (3, "job.ended", "DONE", 10, None),
    ]
    ((payload,),) = await database.fetch(select(Event.payload).where(Event.sequence == 1), {})
    assert payload == {
        "id": encode_id("job", job),
        "kind": "CATALOG_IMPORT",
        "status": "RUNNING",
        "done": 0,
        "total": 10,
        "error": None,
    }


async def test_a_sign_of_life_without_progress_is_no_event(database: Database) -> None:
    job = await started(database)
    async with database.session.begin() as session:
        await session.execute(update(Job).values(heard_at=NOW - timedelta(hours=1)))
    await advance(database, job, 0)

    assert await events(database, job) == [(1, "job.started", "RUNNING", 0, None)]
    ((heard_at,),) = await database.fetch(select(Job.heard_at), {})
    assert heard_at > NOW - timedelta(minutes=1)


async def test_a_job_fails_with_the_beginning_of_its_reason(database: Database) -> None:
    job = await started(database)
    await end(database, job, 3, "x" * (MAX_ERROR_LENGTH + 1))

    reason = "x" * MAX_ERROR_LENGTH
    assert await state(database, job) == ("failed", 3, reason, True)
    assert (await events(database, job))[1:] == [(2, "job.ended", "FAILED", 3, reason)]


async def test_a_job_ends_once(database: Database) -> None:
    job = await started(database)
    await end(database, job, 3, "no")
    await advance(database, job, 5)
    await end(database, job, 10)

    assert await state(database, job) == ("failed", 3, "no", True)
    assert len(await events(database, job)) == 2


async def test_what_is_not_heard_of_has_failed(database: Database) -> None:
    killed, living, done = [await started(database) for _ in range(3)]
    await end(database, done, 10)
    silent = update(Job).where(Job.id.in_([killed, done]))
    async with database.session.begin() as session:
        await session.execute(silent.values(heard_at=NOW - timedelta(minutes=5, seconds=1)))
        is_heard = update(Job).where(Job.id == living)
        await session.execute(is_heard.values(heard_at=NOW - timedelta(minutes=4, seconds=59)))
    await fail_silent(database, NOW)

    reason = "Nothing was heard of its process for 5 minutes."
    assert await state(database, killed) == ("failed", 0, reason, True)
    assert await state(database, living) == ("running", 0, None, False)
    assert await state(database, done) == ("done", 10, None, True)
    assert (await events(database, killed))[1:] == [(2, "job.ended", "FAILED", 0, reason)]
