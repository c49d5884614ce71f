"""What every worker does all the time, beside the effects that Celery hands it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import NoReturn

import anyio
from loguru import logger

from core.redis import NUDGES
from core.wakeups import Wakeups
from tasks.handlers import WANTED
from tasks.heartbeat import beat
from tasks.relay import Send, run_relay
from tasks.resources import Resources
from tasks.schedule import run_schedule
from tasks.sequencer import run_sequencer

_RESTART_SECONDS = 1.0

Loop = Callable[[], Awaitable[None]]


@asynccontextmanager
async def running_loops(resources: Resources, send: Send) -> AsyncIterator[asyncio.Event]:
    """Run the loops until the context ends; one that fails is started again.

    Gives what is to be set when there may be effects to hand over.
    """
    nudges, effects = Wakeups(resources.redis, NUDGES), asyncio.Event()
    loops: dict[str, Loop] = {
        "nudges": nudges.listen,
        "sequencer": partial(run_sequencer, resources, WANTED, nudges, effects),
        "relay": partial(run_relay, resources.database, send, effects),
        "schedule": partial(run_schedule, resources),
        "heartbeat": partial(beat, resources.redis),
    }
    async with anyio.create_task_group() as group:
        for name, loop in loops.items():
            group.start_soon(_keep_running, name, loop)
        yield effects
        group.cancel_scope.cancel()


async def _keep_running(name: str, loop: Loop) -> NoReturn:
    while True:
        try:
            await loop()
        except Exception as error:  # noqa: BLE001 - A server that is away comes back.
            logger.error("the {} is interrupted: {}: {}", name, type(error).__name__, error)
        await asyncio.sleep(_RESTART_SECONDS)
