from collections.abc import Mapping, Sequence
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
from core.settings import Settings


class Database:
    """The engine of one process; it must be used on the event loop that first used it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.session = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)

    async def fetch(
        self, statement: Executable, params: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        """Run one SELECT; the connection is given back before the rows are returned."""
        async with self.engine.connect() as connection:
            result = await connection.execute(statement, params)
            return result.all()

    async def close(self) -> None:
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
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=settings.database_pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
    )
    return Database(engine)
