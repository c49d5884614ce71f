"""A Redis that can go away and come back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from core.embedded.ports import free_port
from core.settings import Settings


class Line:
    """A line to a Redis, which is there, cut, or mute; `calls` are all that were tried on it."""

    def __init__(self, settings: Settings) -> None:
        self._there = urlsplit(settings.redis_url or "")
        self.port = free_port()
        self.calls = 0
        self._is_mute = False
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return self._there._replace(
            netloc=f":{self._there.password}@127.0.0.1:{self.port}"
        ).geturl()

    async def join(self, *, mute: bool = False) -> None:
        await self.cut()
        self._is_mute = mute
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in self._open:
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        self._open.add(writer)
        if self._is_mute:
            return
        there, back = await asyncio.open_connection(self._there.hostname, self._there.port)
        self._open.add(back)
        await asyncio.gather(_pump(reader, back), _pump(there, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
    writer.close()


@asynccontextmanager
async def line_to_redis(settings: Settings) -> AsyncIterator[tuple[Settings, Line]]:
    """Give settings whose Redis is at the end of a line, which is joined."""
    line = Line(settings)
    await line.join()
    yield settings.model_copy(update={"redis_url": line.url}), line
    await line.cut()
