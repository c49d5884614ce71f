from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Executable, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from core.errors import SetupError
from core.read_pool import ReadPool, connect
from core.settings import Settings
from core.statements import Statement, rendered


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

        A SELECT that is run often is better a Statement: compiling it takes longer than most run.
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
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
    )
    _, options = engine.dialect.create_connect_args(engine.url)
    return Database(engine, ReadPool(partial(connect, options), read_connections))
