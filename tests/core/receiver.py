"""A server in this process that answers as it likes, and keeps connections where it is told to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from core.sender import Answer, open_sender
from core.targets import Targets

BODY = '{"name": "Zoë"}'.encode()
ANYWHERE = Targets(private=True)

Respond = Callable[[asyncio.StreamWriter], Awaitable[None]]


async def post(
    url: str, targets: Targets = ANYWHERE, trust: ssl.SSLContext | None = None
) -> Answer:
    async with open_sender(targets, trust=trust) as sender:
        return await sender.post(url, {"content-type": "application/json"}, BODY)


@dataclass
class Receiver:
    """`requests` are the heads of all requests and their bodies; `connections` counts all."""

    respond: Respond
    port: int = 0
    connections: int = 0
    requests: list[tuple[str, bytes]] = field(default_factory=list)
    handlers: list[asyncio.Task[None] | None] = field(default_factory=list)

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.handlers.append(asyncio.current_task())
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = int(head.lower().partition("content-length: ")[2].partition("\r\n")[0])
                self.requests.append((head, await reader.readexactly(length)))
                await self.respond(writer)
        writer.close()

    def url(self, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}/hook?a=b"


def saying(answer: bytes, *, keep: bool = False) -> Respond:
    async def respond(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        if not keep:
            writer.close()

    return respond


OK = saying(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine", keep=True)


def dripping(beginning: bytes) -> Respond:
    """Begin, and go on with a byte at a time until the other side has gone."""

    async def respond(writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        while True:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.01)

    return respond


@asynccontextmanager
async def receiver(respond: Respond, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Run a receiver; at the end every connection that it had must have come to its end."""
    it = Receiver(respond)
    server = await asyncio.start_server(it.hear, "127.0.0.1", 0, ssl=tls)
    it.port = server.sockets[0].getsockname()[1]
    try:
        yield it
    finally:
        server.close()
        async with asyncio.timeout(10):
            await asyncio.gather(*[each for each in it.handlers if each is not None])
