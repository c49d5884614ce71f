from collections.abc import Mapping, Sequence
from functools import partial
from math import inf
from time import monotonic
from typing import Any, cast

import asyncpg
from sqlalchemy import Executable, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry

from core.connecting import open_connection
from core.errors import SetupError
from core.read_pool import ReadPool, connect
from core.settings import Settings
from core.statements import Connection, Statement, rendered

# A connection that was used so lately is there, unless the driver knows better.
REST_SECONDS = 1.0
_RESTING_SINCE = "resting since"


class Database:
    """The connections of one process; they must be used on the event loop that first used them.

    The engine's are for transactions; single reads have a pool of their own, so that none waits
    for a transaction to end.
    """

    def __init__(self, engine: AsyncEngine, reads: ReadPool) -> None:
        self.engine, self.reads = engine, reads
        self.session = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)

    async def fetch(
        self, statement: Statement | Executable, params: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        """Run one SELECT; the connection is given back before the rows are returned.

        A change is run by itself so, too; it must be one that may be run twice, as a read may be.
        What is run often is better a Statement: compiling it takes longer than most run.
        """
        if isinstance(statement, Statement):
            return await self.reads.fetch(statement.sql, statement.arguments(params))
        return await self.reads.fetch(*rendered(statement, params))

    async def close(self) -> None:
        await self.reads.close()
        await self.engine.dispose()


def open_database(settings: Settings) -> Database:
    if settings.database_url is None:
        raise ValueError("the database has no URL")
    try:
        url = make_url(settings.database_url)
    except ArgumentError as error:
        # It may hold a password, so it is not repeated.
        raise SetupError(
            "PYSHOP_DATABASE_URL must be like postgresql://user:password@host/database."
        ) from error
    # Statements are prepared per connection under names of the driver's own, which a pooler in
    # transaction mode (PgBouncer 1.21 and newer) follows.
    read_connections = settings.database_pool_size // 2
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=settings.database_pool_size - read_connections,
        max_overflow=0,
        isolation_level="READ COMMITTED",
        connect_args={"async_creator_fn": open_connection},
    )
    _ping_after_rest(engine)
    _, options = engine.dialect.create_connect_args(engine.url)
    return Database(engine, ReadPool(partial(connect, options), read_connections))


def _ping_after_rest(engine: AsyncEngine) -> None:
    """Ask whether a connection is there before a transaction has it, if it was idle for a while.

    SQLAlchemy's own ping comes before every transaction, and is three round trips (0.13 ms).
    """
    sync_engine = engine.sync_engine

    @event.listens_for(sync_engine, "checkin")
    def rest(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_RESTING_SINCE] = monotonic()

    @event.listens_for(sync_engine, "checkout")
    def ping(connection: DBAPIConnection, record: ConnectionPoolEntry, _lent: object) -> None:
        if cast("Connection", record.driver_connection).is_closed():
            raise InvalidatePoolError
        if record.info.get(_RESTING_SINCE, inf) + REST_SECONDS < monotonic():
            try:
                sync_engine.dialect.do_ping(connection)
            except (sync_engine.dialect.loaded_dbapi.Error, asyncpg.InternalClientError) as error:
                raise InvalidatePoolError from error
