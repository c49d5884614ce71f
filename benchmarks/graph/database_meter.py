from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import psutil  # type: ignore[import-untyped]  # It ships no types.
from sqlalchemy import make_url

from benchmarks.graph.rows import Connection
from benchmarks.graph.servers import cpu_seconds

# What frames a transaction, and what a pool sends to clean a connection, asks nothing of the data.
_FRAMES = r"^\s*(begin|commit|rollback|close|unlisten|reset|select pg_advisory)"
_STATEMENTS = """
SELECT coalesce(sum(calls), 0)::bigint
FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
WHERE datname = $1 AND query !~* $2
"""


class DatabaseMeter:
    """Counts the statements sent to one database, and the CPU time of its server."""

    def __init__(
        self,
        connection: Connection,
        name: str | None,
        server: psutil.Process,
    ) -> None:
        self._connection = connection
        self._name = name
        self._server = server

    async def version(self) -> str:
        version: str = await self._connection.fetchval("SHOW server_version")
        return version

    async def statements(self) -> int:
        counted: int = await self._connection.fetchval(_STATEMENTS, self._name, _FRAMES)
        return counted

    def cpu_seconds(self) -> float:
        """Return what all processes of the server have taken, those that ended included."""
        return cpu_seconds(self._server)


@asynccontextmanager
async def database_meter(url: str) -> AsyncIterator[DatabaseMeter]:
    """Watch a server of this machine from another of its databases, whose statements are ours."""
    watched = make_url(url)
    beside = watched.set(database="postgres").render_as_string(hide_password=False)
    connection = await asyncpg.connect(beside)
    try:
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        backend = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()"))
        yield DatabaseMeter(connection, watched.database, backend.parent())
    finally:
        await connection.close()
