"""The shop on a socket of this process, behind a line that can be cut."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn

from app.main import create_app
from client import ShopClient
from core.database import Database
from core.settings import Settings
from tests.buying import Shop
from tests.factories import Factory


class Line:
    """Carries bytes to the shop and back, until it is cut; then it takes new connections."""

    def __init__(self, port: int) -> None:
        self.url = ""
        self.connections = 0
        self._port = port
        self._ends: list[asyncio.StreamWriter] = []

    async def open(self) -> None:
        self._near = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._near.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Cut it for good."""
        self._near.close()
        self.cut()

    def cut(self) -> None:
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    async def _carry(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        self.connections += 1
        far_in, far_out = await asyncio.open_connection("127.0.0.1", self._port)
        self._ends += [near_out, far_out]
        await asyncio.gather(_pump(near_in, far_out), _pump(far_in, near_out))


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[int]:
    """Serve the shop on a port of its own, which takes connections from the beginning."""
    config = uvicorn.Config(create_app(settings), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve([listening]))
            yield listening.getsockname()[1]
            server.should_exit = True


@pytest.fixture
async def line(settings: Settings) -> AsyncIterator[Line]:
    async with serving(settings) as port:
        line = Line(port)
        await line.open()
        yield line
        line.close()


@pytest.fixture
async def client(line: Line) -> AsyncIterator[ShopClient]:
    async with ShopClient(line.url) as client:
        yield client


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)
