"""Amazon SQS as the broker, by a server that speaks its protocol."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from core.settings import Settings
from tests.services.mail.mail_server import mail_server
from tests.tasks.log import Log, until
from tests.tasks.orders import ORDER
from tests.tasks.processes import worker

pytestmark = pytest.mark.anyio

MAILS = 5


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    _, port = server.get_host_and_port()
    yield f"sqs://key:secret@127.0.0.1:{port}"
    server.stop()


async def test_effects_are_performed_once_by_way_of_sqs(
    settings: Settings, sqs: str, log: Log, tmp_path: Path
) -> None:
    for _ in range(MAILS):
        await log.record("order.confirmed", **ORDER)
    with mail_server() as mails:
        there = settings.model_copy(update={"broker_url": sqs, "smtp_url": mails.url})
        with worker(there, tmp_path / "log", outdated="kombu.asynchronous.http.curl"):
            await until(log.is_done)
        received = {each["Message-ID"] for each in mails.messages()}

    assert await log.effects() == [("mail_order", "done", 1, None)] * MAILS
    assert (len(received), len(mails.received)) == (MAILS, MAILS)
