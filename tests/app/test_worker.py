"""The worker that `run` starts beside the API."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import redis
from loguru import logger

from app.worker import worker_beside
from core.settings import Settings


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a queue and heartbeats apart from those of other tests."""
    redis_url = (settings.redis_url or "").removesuffix("/0") + "/6"
    return settings.model_copy(update={"redis_url": redis_url})


@pytest.fixture
def errors() -> Iterator[list[str]]:
    errors: list[str] = []
    sink = logger.add(lambda message: errors.append(message.record["message"]), level="ERROR")
    yield errors
    logger.remove(sink)


def test_it_lives_as_long_as_the_context_and_ends_in_order(
    settings: Settings, errors: list[str]
) -> None:
    with closing(redis.Redis.from_url(settings.redis_url or "")) as client:
        with worker_beside(settings) as process:
            heartbeat = f"pyshop:worker:{os.uname().nodename}:{process.pid}"
            wait_until(lambda: client.exists(heartbeat))

        assert process.returncode == 0
        assert not client.exists(heartbeat)
    assert errors == []


def test_its_death_is_told(settings: Settings, errors: list[str]) -> None:
    with worker_beside(settings) as process:
        process.kill()
        wait_until(lambda: errors)

    (error,) = errors
    assert error == (
        "The worker died with status -9: mails and live updates wait. Start the shop again, or"
        " another worker by bin/pyshop worker."
    )
