"""The connections for reads: each runs one SELECT at a time, with no transaction around it.

A change that may be run twice may come by them too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import asyncpg
import orjson

from core.connecting import open_connection
from core.patience import Patience
from core.statements import Connection

# As long as SQLAlchemy's pool lets who wants a transaction wait.
WAIT_SECONDS = 30.0

# What a read fails with whose connection has ended: by itself, or because the server stopped.
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleSessionTimeoutError,
    # What the driver says where the news of the end has come, but not the end itself.
    asyncpg.InternalClientError,
    OSError,
)


class ReadPool:
    """At most `size` connections, opened when they are wanted; the last one used is used next.

    The pools of asyncpg and of SQLAlchemy spend on lending a connection as much as the driver does
    on a small read (50 of 100 µs), for what a single SELECT has no use for: nothing needs to be
    reset after it, and whether its connection still lives, it finds out by itself.
    """

    def __init__(self, connect: Callable[[], Awaitable[Connection]], size: int) -> None:
        self._connect = connect
        self._turns = asyncio.Semaphore(size)
        self._idle: list[Connection] = []
        self._is_closed = False

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """Return the rows of a SELECT; raises TimeoutError where no connection becomes free."""
        await self._take_turn()
        try:
            if (connection := self._take_idle()) is not None:
                # It is run again where its connection was lost meanwhile.
                with suppress(*_LOST):
                    return await self._run(connection, sql, arguments)
            return await self._run(await self._connect(), sql, arguments)
        finally:
            self._turns.release()

    async def close(self) -> None:
        """Close what is idle now, and what is at work as soon as it is done."""
        self._is_closed = True
        while self._idle:
            await self._idle.pop().close()

    async def _take_turn(self) -> None:
        if not self._turns.locked():
            await self._turns.acquire()
            return
        try:
            with Patience(WAIT_SECONDS):
                await self._turns.acquire()
        except TimeoutError as error:
            raise TimeoutError(
                f"All connections for reads were busy for {WAIT_SECONDS:.0f} seconds."
            ) from error

    def _take_idle(self) -> "Connection | None":
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    async def _run(
        self, connection: Connection, sql: str, arguments: Sequence[Any]
    ) -> Sequence[Sequence[Any]]:
        try:
            # A record is read like a tuple, which its type does not say.
            return cast("list[Sequence[Any]]", await connection.fetch(sql, *arguments))
        except _LOST:
            connection.terminate()
            raise
        finally:
            if self._is_closed:
                await connection.close()
            elif not connection.is_closed():
                self._idle.append(connection)


async def connect(options: Mapping[str, Any]) -> Connection:
    """Open a connection of the driver's, which gives JSON as what it holds."""
    connection = await open_connection(**options)
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=str, decoder=orjson.loads
        )
    return connection
