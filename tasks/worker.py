"""The worker: a Celery consumer in the main thread, and one event loop in another.

The loop owns the only database engine and runs everything that waits for a server; Celery's
threads hand it their coroutines. So nothing is shared over a fork or between loops.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from anyio.from_thread import BlockingPortal, start_blocking_portal
from celery import Celery  # type: ignore[import-untyped]  # It ships no types.
from celery.worker import state  # type: ignore[import-untyped]  # It ships no types.
from loguru import logger

from core.correlation import CORRELATION_ID, HEADER
from core.settings import Settings
from tasks.effects import perform
from tasks.loops import running_loops
from tasks.relay import Due, Send
from tasks.resources import MakeGraph, Resources, open_resources

TASK = "perform"
QUEUE = "pyshop"
_BROKER_SECONDS = 2

Perform = Callable[[UUID, int], Awaitable[None]]


def run_worker(settings: Settings, concurrency: int, make_graph: MakeGraph) -> None:
    """Work until SIGTERM, SIGINT or SIGHUP; what is being done then is finished first.

    `make_graph` gives what runs documents, which this room does not know.
    """
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, _stop)
    # A handler holds its effect's row and may need another connection; the loops need one each,
    # and the schedule two. With so many, none waits for what another will not give back. Half of
    # the pool is for transactions.
    settings = settings.model_copy(update={"database_pool_size": 2 * (2 * concurrency + 4)})
    celery = celery_app(settings)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(open_resources(settings, make_graph)) as resources,
        portal.wrap_async_context_manager(running_loops(resources, sender(celery))) as effects,
    ):
        _register(celery, portal, partial(_perform, resources, effects))
        _consume(celery, concurrency)


def celery_app(settings: Settings) -> Celery:
    broker = settings.broker_url or settings.redis_url
    celery = Celery("pyshop", broker=broker, set_as_current=False)
    celery.conf.update(
        task_default_queue=QUEUE,
        task_serializer="json",
        accept_content=["json"],
        # The effect's row holds the outcome, and by it alone what failed is tried again.
        task_ignore_result=True,
        task_acks_late=True,
        task_publish_retry=False,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=_BROKER_SECONDS,
        broker_transport_options={"socket_connect_timeout": _BROKER_SECONDS},
    )
    return celery


def sender(celery: Celery) -> Send:
    """Return what puts an effect's message on the queue; it raises where the broker is away."""

    def send(effect: Due) -> None:
        arguments = [str(effect.effect_id), effect.attempts]
        celery.send_task(TASK, arguments, headers={HEADER: effect.correlation_id})

    return send


def _register(celery: Celery, portal: BlockingPortal, perform: Perform) -> None:
    def run(task: Any, effect_id: str, attempts: int) -> None:  # noqa: ANN401 - Celery's.
        CORRELATION_ID.set(task.request.headers[HEADER])
        portal.call(perform, UUID(effect_id), attempts)

    celery.task(run, name=TASK, bind=True)


async def _perform(
    resources: Resources, effects: asyncio.Event, effect_id: UUID, attempts: int
) -> None:
    if await perform(resources, effect_id, attempts):
        # The relay need not poll to find that the next in order has its turn.
        effects.set()


def _consume(celery: Celery, concurrency: int) -> None:
    logging.getLogger("celery").setLevel(logging.WARNING)
    logger.info("The worker is ready.")
    worker = celery.WorkController(
        pool="threads", concurrency=concurrency, without_gossip=True, without_mingle=True
    )
    worker.start()
    logger.info("The worker has ended.")


def _stop(*_signal: object) -> None:
    """Have the consumer stop at its next turn, when it is not in the middle of anything."""
    state.should_stop = 0
