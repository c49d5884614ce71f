"""Shows which workers live: each keeps a key in Redis that is gone soon after it."""

import asyncio
import os
import socket

import anyio
from redis.asyncio import Redis

_PREFIX = "pyshop:worker:"
_BEAT_SECONDS = 5


async def beat(redis: Redis) -> None:
    key = f"{_PREFIX}{socket.gethostname()}:{os.getpid()}"
    try:
        while True:
            await redis.set(key, "", ex=3 * _BEAT_SECONDS)
            await asyncio.sleep(_BEAT_SECONDS)
    finally:
        with anyio.CancelScope(shield=True):
            await redis.delete(key)


async def count_workers(redis: Redis) -> int:
    """Return how many workers lived a few seconds ago."""
    return len([key async for key in redis.scan_iter(f"{_PREFIX}*", count=1000)])
