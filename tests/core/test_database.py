import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Pool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import AsyncAdaptedQueuePool

from core.database import Database, open_database
from core.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
async def narrow(settings: Settings) -> AsyncIterator[Database]:
    """A database of one connection."""
    database = open_database(settings.model_copy(update={"database_pool_size": 1}))
    yield database
    await database.close()


def in_use(pool: Pool) -> int:
    assert isinstance(pool, AsyncAdaptedQueuePool)
    return pool.checkedout()


async def test_fetch_holds_no_connection_afterwards(database: Database) -> None:
    rows = await database.fetch(text("SELECT x FROM generate_series(1, 3) AS x"), {})

    assert in_use(database.engine.pool) == 0
    assert [row[0] for row in rows] == [1, 2, 3]


async def test_failed_fetch_holds_no_connection_and_spoils_none(narrow: Database) -> None:
    with pytest.raises(DBAPIError, match="division by zero"):
        await narrow.fetch(text("SELECT 1 / 0"), {})

    assert in_use(narrow.engine.pool) == 0
    assert await narrow.fetch(text("SELECT 1"), {}) == [(1,)]


async def test_one_connection_serves_concurrent_fetches(narrow: Database) -> None:
    statement = text("SELECT CAST(:number AS int), pg_backend_pid(), pg_sleep(0.001)")
    answers = await asyncio.gather(
        *(narrow.fetch(statement, {"number": number}) for number in range(20))
    )

    assert [rows[0][0] for rows in answers] == list(range(20))
    assert len({rows[0][1] for rows in answers}) == 1


async def test_lost_connection_is_replaced(narrow: Database, database: Database) -> None:
    lost = (await narrow.fetch(text("SELECT pg_backend_pid()"), {}))[0][0]
    await database.fetch(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": lost})

    assert (await narrow.fetch(text("SELECT pg_backend_pid()"), {}))[0][0] != lost


def test_database_without_url_is_refused() -> None:
    with pytest.raises(ValueError, match="the database has no URL"):
        open_database(Settings(database_url=None))
