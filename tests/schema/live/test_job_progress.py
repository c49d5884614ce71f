"""Bulk jobs followed live, by admins alone, and until they end."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from app.context import OperationContext
from core.cursors import encode_cursor
from core.ids import encode_id
from core.viewer import ANONYMOUS, PartnerKey, Viewer
from models import EventCounter
from resolvers.job_progress import job_progressed
from services import jobs
from services.jobs import JobKind, JobNotFound
from tests.factories import Factory
from tests.schema.live.following import Followed, Shop

pytestmark = pytest.mark.anyio

FOLLOW = """
subscription Follow($id: ID!, $after: String) {
  jobProgressed(id: $id, after: $after) {
    cursor occurredAt job { id kind status done total error startedAt heardAt endedAt }
  }
}
"""


@pytest.fixture
async def admin(factory: Factory) -> Viewer:
    return Viewer(await factory.account(role="admin"), "admin")


@pytest.fixture
async def job(shop: Shop) -> UUID:
    async with shop.resources.database.session.begin() as session:
        job = await jobs.start(session, JobKind.SEARCH_REINDEX, 9)
    await shop.tell()
    return job


async def advance(shop: Shop, job: UUID, done: int) -> None:
    async with shop.resources.database.session.begin() as session:
        await jobs.advance(session, job, done)
    await shop.tell()


async def end(shop: Shop, job: UUID, error: str | None = None) -> None:
    async with shop.resources.database.session.begin() as session:
        await jobs.end(session, job, 9, error)
    await shop.tell()


def seen(update_: dict[str, Any]) -> tuple[str, int]:
    return update_["job"]["status"], update_["job"]["done"]


async def rest(followed: Followed) -> list[dict[str, Any]]:
    """Return all updates until the subscription ends by itself."""
    updates = []
    while True:
        try:
            updates.append(await followed.next())
        except StopAsyncIteration:
            return updates


async def test_the_state_comes_first_then_each_step_and_the_end_ends_it(
    shop: Shop, admin: Viewer, job: UUID
) -> None:
    async with shop.following(admin, FOLLOW, id=encode_id("job", job)) as followed:
        updates = [await followed.next()]
        await advance(shop, job, 5)
        updates.append(await followed.next())
        await end(shop, job)
        updates += await rest(followed)

    assert list(map(seen, updates)) == [("RUNNING", 0), ("RUNNING", 5), ("DONE", 9)]
    assert [each["occurredAt"] is None for each in updates] == [True, False, False]
    last = updates[-1]["job"]
    assert last["startedAt"] < last["endedAt"]
    assert last["startedAt"] < last["heardAt"]
    assert {name: last[name] for name in ("id", "kind", "total", "error")} == {
        "id": encode_id("job", job),
        "kind": "SEARCH_REINDEX",
        "total": 9,
        "error": None,
    }


async def test_whoever_resumes_misses_nothing_and_hears_nothing_twice(
    shop: Shop, admin: Viewer, job: UUID
) -> None:
    id_ = encode_id("job", job)
    async with shop.following(admin, FOLLOW, id=id_) as followed:
        cursor = (await followed.next())["cursor"]
    await advance(shop, job, 3)
    await advance(shop, job, 6)
    async with shop.following(admin, FOLLOW, id=id_, after=cursor) as followed:
        first = await followed.next()
    await end(shop, job)
    async with shop.following(admin, FOLLOW, id=id_, after=first["cursor"]) as followed:
        others = await rest(followed)

    positions = [encode_cursor("events", [each]) for each in (1, 2, 3, 4)]
    assert [cursor, first["cursor"], *(each["cursor"] for each in others)] == positions
    async with shop.following(admin, FOLLOW, id=id_, after=others[-1]["cursor"]) as followed:
        assert await rest(followed) == []


async def test_one_that_has_failed_is_told_once_with_the_reason(
    shop: Shop, admin: Viewer, job: UUID
) -> None:
    await end(shop, job, "OSError: the disk is full")
    async with shop.following(admin, FOLLOW, id=encode_id("job", job)) as followed:
        (update_,) = await rest(followed)

    assert seen(update_) == ("FAILED", 9)
    assert update_["job"]["error"] == "OSError: the disk is full"


async def test_the_steps_of_another_job_are_not_told(shop: Shop, admin: Viewer, job: UUID) -> None:
    async with shop.resources.database.session.begin() as session:
        other = await jobs.start(session, JobKind.CATALOG_IMPORT, None)
    async with shop.following(admin, FOLLOW, id=encode_id("job", job)) as followed:
        await followed.next()
        await advance(shop, other, 5)
        await end(shop, job)
        assert list(map(seen, await rest(followed))) == [("DONE", 9)]


@pytest.mark.parametrize("role", ["anonymous", "customer", "merchant"])
async def test_nobody_but_admins_follows_a_job(
    shop: Shop, factory: Factory, job: UUID, role: str
) -> None:
    viewers = {
        "anonymous": ANONYMOUS,
        "customer": Viewer(await factory.account(role="customer"), "customer"),
        "merchant": Viewer(await factory.account(role="merchant"), "merchant"),
    }
    for after in (None, encode_cursor("events", [0])):
        id_ = encode_id("job", job)
        async with shop.following(viewers[role], FOLLOW, id=id_, after=after) as followed:
            assert await followed.error() == "JOB_NOT_FOUND"


async def test_a_partner_with_all_scopes_follows_none_either(shop: Shop, job: UUID) -> None:
    scopes = frozenset({"events:read", "webhooks:write", "documents:publish"})
    # In the graph it may run its own documents alone, which would be told of sooner.
    context = OperationContext(shop.resources, Viewer(key=PartnerKey(uuid4(), "acme", scopes)))
    with pytest.raises(JobNotFound):
        await anext(job_progressed(context, id=job, after=None))


async def test_a_job_that_is_not_there_is_refused(shop: Shop, admin: Viewer) -> None:
    async with shop.following(admin, FOLLOW, id=encode_id("job", uuid4())) as followed:
        assert await followed.error() == "JOB_NOT_FOUND"


async def test_a_cursor_from_before_what_is_kept_is_refused(
    shop: Shop, admin: Viewer, job: UUID
) -> None:
    await advance(shop, job, 3)
    async with shop.resources.database.session.begin() as session:
        await session.execute(update(EventCounter).values(expired_through=1))
    after = encode_cursor("events", [0])
    async with shop.following(admin, FOLLOW, id=encode_id("job", job), after=after) as followed:
        assert await followed.error() == "CURSOR_EXPIRED"
