import asyncio
import gc
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import bindparam, select, text

from core import read_pool
from core.database import Database, open_database
from core.settings import Settings
from core.statements import Statement
from tests.tasks.log import until

pytestmark = pytest.mark.anyio

BACKEND = text("SELECT pg_backend_pid()")
PATIENCE = 30
ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@pytest.fixture
async def narrow(settings: Settings) -> AsyncIterator[Database]:
    """A database of one connection for reads."""
    database = open_database(settings.model_copy(update={"database_pool_size": 2}))
    yield database
    await database.close()


async def backend(database: Database) -> int:
    return int((await database.fetch(BACKEND, {}))[0][0])


async def test_fetch_leaves_nothing_open(narrow: Database, database: Database) -> None:
    rows = await narrow.fetch(text("SELECT x FROM generate_series(1, 3) AS x"), {})

    assert [row[0] for row in rows] == [1, 2, 3]
    state = text("SELECT state, xact_start FROM pg_stat_activity WHERE pid = :pid")
    assert await database.fetch(state, {"pid": await backend(narrow)}) == [("idle", None)]


async def test_failed_fetch_holds_no_connection_and_spoils_none(narrow: Database) -> None:
    before = await backend(narrow)
    with pytest.raises(asyncpg.DivisionByZeroError):
        await narrow.fetch(text("SELECT 1 / 0"), {})

    assert await backend(narrow) == before


async def test_cancelled_fetch_ends_on_the_server_and_spoils_none(narrow: Database) -> None:
    before = await backend(narrow)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await narrow.fetch(text("SELECT pg_sleep(600)"), {})

    assert await narrow.fetch(text("SELECT pg_backend_pid(), 7"), {}) == [(before, 7)]


@pytest.mark.parametrize("kind", ["read", "transaction"])
async def test_cancelled_while_connecting_leaves_nothing_open_and_nothing_unheard(
    settings: Settings, database: Database, kind: str
) -> None:
    """Cancel at each turn of the loop; what nobody hears of fails the test at its end."""
    for turns in range(60):
        shop = open_database(settings)
        using = (
            shop.fetch(text("SELECT 1"), {}) if kind == "read" else transaction(shop, "SELECT 1")
        )
        task = asyncio.create_task(using)
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await shop.close()
    gc.collect()

    # The server ends a session a little after its client has closed it; one left open never ends.
    others = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")

    async def is_alone() -> bool:
        return list(await database.fetch(others, {})) == [(1,)]

    await until(is_alone)


async def test_one_connection_serves_concurrent_fetches(narrow: Database) -> None:
    statement = text("SELECT CAST(:number AS int), pg_backend_pid(), pg_sleep(0.001)")
    answers = await asyncio.gather(
        *(narrow.fetch(statement, {"number": number}) for number in range(20))
    )

    assert [rows[0][0] for rows in answers] == list(range(20))
    assert len({rows[0][1] for rows in answers}) == 1


async def test_reads_and_transactions_share_the_connections_of_the_process(
    settings: Settings, database: Database
) -> None:
    shop = open_database(settings.model_copy(update={"database_pool_size": 5}))
    reads = asyncio.gather(*(shop.fetch(text("SELECT pg_sleep(0.1)"), {}) for _ in range(9)))
    writes = asyncio.gather(*(transaction(shop, "SELECT pg_sleep(0.1)") for _ in range(9)))
    await asyncio.gather(reads, writes)

    others = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    ((count,),) = await database.fetch(others, {})
    await shop.close()

    assert count == 5 + 1
    assert await database.fetch(others, {}) == [(1,)]


async def transaction(database: Database, sql: str) -> None:
    async with database.session.begin() as session:
        await session.execute(text(sql))


async def test_a_read_that_finds_no_free_connection_fails_after_a_while(
    narrow: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_pool, "WAIT_SECONDS", 0.05)
    busy = asyncio.create_task(narrow.fetch(text("SELECT 1 FROM pg_sleep(0.5)"), {}))
    await asyncio.sleep(0)

    with pytest.raises(TimeoutError, match="All connections for reads were busy"):
        await narrow.fetch(text("SELECT 1"), {})

    assert await busy == [(1,)]
    assert await narrow.fetch(text("SELECT 1"), {}) == [(1,)]


async def test_lost_connection_is_replaced(narrow: Database, database: Database) -> None:
    lost = await backend(narrow)
    await database.fetch(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": lost})

    assert await backend(narrow) != lost


async def test_a_read_meets_the_end_of_its_connection_at_any_moment(
    narrow: Database, database: Database
) -> None:
    end = text("SELECT pg_terminate_backend(:pid)")
    for turns in range(100):
        ending = asyncio.create_task(database.fetch(end, {"pid": await backend(narrow)}))
        for _ in range(turns % 12):
            await asyncio.sleep(0)

        assert await narrow.fetch(text("SELECT 7"), {}) == [(7,)]
        await ending


async def test_a_transaction_begins_on_a_connection_that_lives(
    narrow: Database, database: Database
) -> None:
    async with narrow.session.begin() as session:
        lost = await session.scalar(BACKEND)
        connection = await session.connection()
        driver = (await connection.get_raw_connection()).driver_connection
        assert isinstance(driver, asyncpg.Connection)
    await database.fetch(text("SELECT pg_terminate_backend(:pid)"), {"pid": lost})
    async with asyncio.timeout(PATIENCE):
        while not driver.is_closed():  # noqa: ASYNC110 - the driver tells nobody.
            await asyncio.sleep(0.01)

    async with narrow.session.begin() as session:
        assert await session.scalar(BACKEND) != lost


async def test_a_connection_is_asked_whether_it_lives_after_a_rest_only(
    narrow: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialect = narrow.engine.sync_engine.dialect

    def fail(_connection: object) -> bool:
        raise dialect.loaded_dbapi.Error("It does not answer.")

    monkeypatch.setattr(dialect, "do_ping", fail)
    pids = []
    for seconds in (60.0, 60.0, -1.0):
        monkeypatch.setattr("core.database.REST_SECONDS", seconds)
        async with narrow.session.begin() as session:
            pids.append(await session.scalar(BACKEND))

    assert pids[0] == pids[1] != pids[2]


async def test_a_read_whose_connection_is_lost_meanwhile_is_run_again(
    narrow: Database, database: Database
) -> None:
    lost = await backend(narrow)
    # It sleeps on the connection that is lost only.
    statement = text(
        "SELECT pg_backend_pid(), pg_sleep(600 * CAST(pg_backend_pid() = :lost AS int))"
    )
    reading = asyncio.create_task(narrow.fetch(statement, {"lost": lost}))
    asleep = text("SELECT true FROM pg_stat_activity WHERE pid = :pid AND wait_event = 'PgSleep'")
    async with asyncio.timeout(PATIENCE):
        while not await database.fetch(asleep, {"pid": lost}):
            pass
    await database.fetch(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": lost})

    assert (await reading)[0][0] != lost


async def test_a_server_that_is_away_fails_a_read(settings: Settings) -> None:
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    away = open_database(settings.model_copy(update={"database_url": url}))

    with pytest.raises(OSError, match="Connect call failed"):
        await away.fetch(text("SELECT 1"), {})


async def test_values_have_the_types_of_python(database: Database) -> None:
    sql = """
        SELECT uuid '01890a5d-ac96-774b-bcce-b302099a8057', jsonb '{"a": [1, 1.5, null]}',
               json '["b"]', ARRAY['x', 'y'], date '2026-11-26', numeric '1.50',
               timestamptz '2026-11-26 12:00+02', interval '90 min', '\\x00ff'::bytea, null
    """
    ((*values,),) = await database.fetch(text(sql.replace(":", "\\:")), {})

    assert values == [
        *(ID, {"a": [1, 1.5, None]}, ["b"], ["x", "y"], date(2026, 11, 26), Decimal("1.50")),
        *(datetime(2026, 11, 26, 10, tzinfo=UTC), timedelta(minutes=90), b"\x00\xff", None),
    ]
    assert values[6].utcoffset() == timedelta(0)


async def test_a_statement_keeps_its_values_and_takes_those_of_each_run(
    database: Database,
) -> None:
    given: Any = bindparam("given", type_=None)
    statement = Statement(select(text("'it''s'"), given.op("||")("\\'; :given $1")))

    for value in ("one", "two"):
        assert await database.fetch(statement, {"given": value}) == [
            ("it's", value + "\\'; :given $1")
        ]
    with pytest.raises(KeyError, match="given"):
        await database.fetch(statement, {})


def test_database_without_url_is_refused() -> None:
    with pytest.raises(ValueError, match="the database has no URL"):
        open_database(Settings(database_url=None))
