import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from hiredis import pack_command
from loguru import logger
from redis.asyncio import Connection, Redis
from redis.exceptions import ConnectionError, RedisError, ResponseError  # noqa: A004 - redis-py's.

from core.patience import Patience
from core.settings import Settings

# A writer says here that it committed events, which have no position yet.
NUDGES = "pyshop:nudges"
# No one waits longer to give a hint.
HINT_SECONDS = 0.2


def open_redis(settings: Settings) -> Redis:
    if settings.redis_url is None:
        raise ValueError("Redis has no URL")
    return Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=5)


class HeldConnections:
    """Connections for one kind of command, that are kept between two of them.

    There are at most so many, and no command has more seconds than the patience. The client spends
    on lending a connection and on its own time-outs three times what a small command takes
    otherwise (100 of 130 us).
    """

    def __init__(self, redis: Redis, most: int, patience: float) -> None:
        self._pool, self._patience = redis.connection_pool, patience
        self._own_patience = self._pool.connection_kwargs.get("socket_timeout")
        self._turns = asyncio.Semaphore(most)
        self._idle: list[Connection] = []

    async def run(self, *command: str | int) -> object:
        """Run a command; one that meets a connection lost since the last is sent once more.

        Raises RedisError, or TimeoutError.
        """
        with Patience(self._patience):
            async with self._turns:
                if self._idle:
                    with suppress(ConnectionError):
                        return await self._run(self._idle.pop(), command)
                connection: Connection = await self._pool.get_connection()  # type: ignore[no-untyped-call]
                connection.socket_timeout = None
                return await self._run(connection, command)

    async def _run(self, connection: Connection, command: Sequence[str | int]) -> object:
        try:
            packed = pack_command(tuple(map(str, command)))  # type: ignore[arg-type] # It means any.
            await connection.send_packed_command(packed, check_health=False)
            answer: object = await connection.read_response()
        except ResponseError:
            self._idle.append(connection)
            raise
        except BaseException:
            # What it is about to answer is nobody's any more.
            await connection.disconnect(nowait=True)
            connection.socket_timeout = self._own_patience
            await self._pool.release(connection)
            raise
        self._idle.append(connection)
        return answer


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
