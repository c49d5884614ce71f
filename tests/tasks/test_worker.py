"""Real workers, as processes, on a real queue, with a mail server as the place where it shows."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from core.correlation import CORRELATION_ID
from core.settings import Settings
from tasks.effects import BEGUN
from tasks.handlers import WANTED
from tasks.relay import Due, hand_over
from tasks.sequencer import sequence
from tasks.worker import QUEUE, celery_app, sender
from tests.services.mail.mail_server import MailServer, mail_server
from tests.tasks.log import Log, until
from tests.tasks.orders import ORDER
from tests.tasks.processes import worker

pytestmark = pytest.mark.anyio

BEGUN_MAIL = ("mail_order", "pending", 1, BEGUN)
MAILED = ("mail_order", "done", 1, None)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, server: MailServer) -> Settings:
    return settings.model_copy(update={"smtp_url": server.url})


async def test_a_worker_killed_in_the_middle_repeats_nothing_visible_and_loses_nothing(
    settings: Settings, server: MailServer, log: Log, tmp_path: Path
) -> None:
    async def is_taken() -> bool:
        return len(server.received) == 1

    server.answering.clear()
    confirmed = await log.record("order.confirmed", **ORDER)
    with worker(settings, tmp_path / "log") as killed:
        await until(is_taken)
        killed.kill()
        killed.wait()
    server.answering.set()
    assert await log.effects() == [BEGUN_MAIL]

    await log.make_due()
    with worker(settings, tmp_path / "log"):
        await until(log.is_done)

    assert await log.effects() == [("mail_order", "done", 2, None)]
    # The mail server had taken it, which the worker did not live to learn: it is the same mail.
    assert [each["Message-ID"] for each in server.messages()] == [
        f"<{confirmed}.order_confirmed@pyshop.example>"
    ] * 2
    assert server.received[0] == server.received[1]


async def test_lost_messages_are_sent_again_and_repeated_ones_do_nothing_twice(
    settings: Settings, server: MailServer, log: Log, redis: Redis, tmp_path: Path
) -> None:
    for _ in range(3):
        await log.record("order.confirmed", **ORDER)
    await sequence(log.database, WANTED)
    send = sender(celery_app(settings))
    await hand_over(log.database, send)
    assert await redis.llen(QUEUE) == 3
    await redis.flushdb()
    await log.make_due()

    def send_thrice(due: Due) -> None:
        for _ in range(3):
            send(due)

    await hand_over(log.database, send_thrice)
    assert await redis.llen(QUEUE) == 9

    async def is_over() -> bool:
        left = await redis.llen(QUEUE) + await redis.hlen("unacked")
        return left == 0 and await log.is_done()

    with worker(settings, tmp_path / "log"):
        await until(is_over)

    assert await log.effects() == [MAILED] * 3
    assert len(server.received) == 3


async def test_a_worker_told_to_end_finishes_its_mail_which_tells_the_request_it_came_from(
    settings: Settings, server: MailServer, log: Log, tmp_path: Path
) -> None:
    async def is_taken() -> bool:
        return len(server.received) == 1

    server.answering.clear()
    CORRELATION_ID.set("request-7")
    await log.record("order.confirmed", **ORDER)
    with worker(settings, tmp_path / "log") as process:
        await until(is_taken)
        process.send_signal(signal.SIGTERM)
        assert await log.effects() == [BEGUN_MAIL]
        server.answering.set()
        assert process.wait(timeout=20) == 0

    assert await log.effects() == [MAILED]
    assert server.messages()[0]["X-Correlation-ID"] == "request-7"
    assert "request-7 mail_order is done\n" in (tmp_path / "log").read_text()


async def test_without_a_broker_events_are_sequenced_and_the_worker_ends_in_order(
    settings: Settings, log: Log, tmp_path: Path
) -> None:
    away = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"})
    made = await log.record("order.confirmed", **ORDER)

    async def is_sequenced() -> bool:
        return await log.positions() == {made: 1}

    with worker(away, tmp_path / "log"):
        await until(is_sequenced)

    assert await log.effects() == [("mail_order", "pending", 0, None)]
