"""Tells readers of the event log that there is something new; a hint that may get lost."""

import asyncio
from contextlib import suppress

from loguru import logger
from redis.asyncio import Redis
from redis.exceptions import RedisError

CHANNEL = "pyshop:events"

_RECONNECT_SECONDS = 1.0


class Wakeups:
    """One subscription of this process, shared by all who wait.

    Whoever waits takes `next()` before reading, so that what happens between the read and the
    wait still wakes it; and bounds the wait, since without Redis nobody is woken.
    """

    def __init__(self, redis: Redis, channel: str = CHANNEL) -> None:
        self._redis = redis
        self._channel = channel
        self._next = asyncio.Event()

    def next(self) -> asyncio.Event:
        """Return the event that the next wake-up sets."""
        return self._next

    def wake(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def listen(self) -> None:
        """Wake the waiting at each message, until cancelled; a lost connection is made anew."""
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(self._channel)
                    # What was published while nobody listened is not known.
                    self.wake()
                    async for _message in pubsub.listen():
                        self.wake()
            except (RedisError, OSError) as error:
                logger.warning("the event wake-ups are interrupted: {}", error)
                await asyncio.sleep(_RECONNECT_SECONDS)


async def wait_for(changed: asyncio.Event, seconds: float) -> None:
    """Wait for a wake-up, but not longer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await changed.wait()
