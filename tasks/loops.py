"""What every worker does all the time, beside the effects that Celery hands it."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import NoReturn

import anyio
from loguru import logger
from redis.asyncio import Redis

from core.redis import NUDGES
from core.wakeups import Wakeups
from tasks.handlers import WANTED
from tasks.relay import Send, run_relay
from tasks.resources import Resources
from tasks.schedule import run_schedule
from tasks.sequencer import run_sequencer

HEARTBEATS = "pyshop:worker:"
_BEAT_SECONDS = 5
_RESTART_SECONDS = 1.0

Loop = Callable[[], Awaitable[None]]


@asynccontextmanager
async def running_loops(resources: Resources, send: Send) -> AsyncIterator[None]:
    """Run the loops until the context ends; one that fails is started again."""
    nudges, effects = Wakeups(resources.redis, NUDGES), asyncio.Event()
    loops: dict[str, Loop] = {
        "nudges": nudges.listen,
        "sequencer": partial(run_sequencer, resources, WANTED, nudges, effects),
        "relay": partial(run_relay, resources.database, send, effects),
        "schedule": partial(run_schedule, resources),
        "heartbeat": partial(_beat, resources.redis),
    }
    async with anyio.create_task_group() as group:
        for name, loop in loops.items():
            group.start_soon(_keep_running, name, loop)
        yield
        group.cancel_scope.cancel()


async def _keep_running(name: str, loop: Loop) -> NoReturn:
    while True:
        try:
            await loop()
        except Exception as error:  # noqa: BLE001 - A server that is away comes back.
            logger.error("the {} is interrupted: {}: {}", name, type(error).__name__, error)
        await asyncio.sleep(_RESTART_SECONDS)


async def _beat(redis: Redis) -> None:
    """Show that this worker lives: by a key that is gone soon after it."""
    key = f"{HEARTBEATS}{socket.gethostname()}:{os.getpid()}"
    while True:
        await redis.set(key, "", ex=3 * _BEAT_SECONDS)
        await asyncio.sleep(_BEAT_SECONDS)


async def count_workers(redis: Redis) -> int:
    """Return how many workers lived some seconds ago."""
    return len([key async for key in redis.scan_iter(f"{HEARTBEATS}*", count=1000)])
