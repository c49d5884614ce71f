import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from hiredis import Reader, pack_command
from loguru import logger
from redis._parsers import BaseParser
from redis.asyncio import Connection, Redis
from redis.exceptions import (
    ConnectionError,  # noqa: A004 - redis-py's.
    InvalidResponse,
    RedisError,
    ResponseError,
)

from core.settings import Settings

# A writer says here that it committed events, which have no position yet.
NUDGES = "pyshop:nudges"
# No one waits longer to give a hint.
HINT_SECONDS = 0.2
_INCOMPLETE = object()
_LOST = "The connection was lost."


def open_redis(settings: Settings) -> Redis:
    if settings.redis_url is None:
        raise ValueError("Redis has no URL")
    return Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=5)


class HeldConnections:
    """Connections for one kind of command, that are kept between two of them.

    There are at most so many, and no command has more seconds than the patience.
    """

    def __init__(self, redis: Redis, most: int, patience: float) -> None:
        self._pool, self._patience = redis.connection_pool, patience
        self._turns = asyncio.Semaphore(most)
        self._idle: list[_Line] = []

    async def run(self, *command: str | int) -> object:
        """Run a command; one that meets a connection lost since the last is sent once more.

        Raises RedisError, or TimeoutError.
        """
        if self._idle and not self._turns.locked():
            # Nothing is waited for but the answer, which has a time limit of its own.
            async with self._turns:
                with suppress(ConnectionError):
                    return await self._run(self._idle.pop(), command)
        async with asyncio.timeout(self._patience), self._turns:
            if self._idle:
                with suppress(ConnectionError):
                    return await self._run(self._idle.pop(), command)
            connection: Connection = await self._pool.get_connection()  # type: ignore[no-untyped-call]
            return await self._run(_Line(connection), command)

    async def _run(self, line: "_Line", command: Sequence[str | int]) -> object:
        try:
            packed = pack_command(tuple(map(str, command)))  # type: ignore[arg-type] # It means any.
            answer = await line.ask(packed, self._patience)
        except ResponseError:
            self._idle.append(line)
            raise
        except BaseException:
            # What it is about to answer is nobody's any more.
            await line.connection.disconnect(nowait=True)
            await self._pool.release(line.connection)
            raise
        self._idle.append(line)
        return answer


class _Line(asyncio.Protocol):
    """The socket of one of the client's connections, which it has opened and will close.

    On lending a connection, on its time-outs and on asyncio's streams the client spends many times
    what a small command takes otherwise.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        assert connection._writer is not None  # noqa: S101, SLF001 - The pool connects what it lends.
        # The client has no other door to its socket.
        self._transport = connection._writer.transport  # noqa: SLF001
        self._streams = self._transport.get_protocol()
        self._transport.set_protocol(self)
        self._reader = Reader(
            protocolError=InvalidResponse,
            replyError=BaseParser.parse_error,
            notEnoughData=_INCOMPLETE,
        )
        self._answer: asyncio.Future[object] | None = None

    async def ask(self, command: bytes, patience: float) -> object:
        """Send a command and return its answer, before the next is sent.

        Raises RedisError, or TimeoutError after so many seconds.
        """
        if self._transport.is_closing():
            raise ConnectionError(_LOST)
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        # A fourth of what asyncio.timeout costs, which is 18 us.
        timer = loop.call_later(patience, self._tell, TimeoutError())
        self._transport.write(command)
        try:
            return await self._answer
        finally:
            timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        answer = self._reader.gets()
        if answer is not _INCOMPLETE:
            self._tell(answer)

    def _tell(self, answer: object) -> None:
        if self._answer is None or self._answer.done():
            return
        if isinstance(answer, RedisError | TimeoutError):
            self._answer.set_exception(answer)
        else:
            self._answer.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        # Whoever closes the connection waits until its streams know.
        self._streams.connection_lost(error)
        self._tell(ConnectionError(_LOST))


async def announce(redis: Redis, channel: str, message: str = "") -> None:
    """Publish a hint; where Redis is away it is lost, and who waits for it polls anyway."""
    with _hint(channel):
        async with asyncio.timeout(HINT_SECONDS):
            await redis.publish(channel, message)


async def nudge(connections: HeldConnections) -> None:
    """Have the sequencer look at once instead of at its next poll; call it after a commit."""
    with _hint(NUDGES):
        await connections.run("PUBLISH", NUDGES, "")


@contextmanager
def _hint(channel: str) -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        logger.debug("a hint on {} is lost: {}", channel, error)
