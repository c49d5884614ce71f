"""An endpoint with a receiver in this process, and the work of a worker without its queue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, update

from core.database import Database
from core.settings import Settings
from models import Effect, WebhookAttempt, WebhookEndpoint
from services.webhooks.deliveries import FIRST_PAUSE
from tasks.effects import perform
from tasks.handlers import WANTED
from tasks.relay import Due, hand_over
from tasks.resources import Resources
from tasks.sequencer import sequence
from tests.core.receiver import Receiver, Respond, saying
from tests.services.mail.mail_server import parsed
from tests.tasks.log import Log

# No other handler wants it, so that each effect is a delivery.
TYPE = "order.delivered"
BROKEN = saying(b"HTTP/1.1 500 Broken\r\ncontent-length: 5\r\n\r\nsorry")


def refusing(status: int) -> Respond:
    return saying(b"HTTP/1.1 %d No\r\ncontent-length: 0\r\n\r\n" % status)


@dataclass
class Hook:
    """One endpoint; `receiver` hears what it is sent and answers as the test says."""

    resources: Resources
    log: Log
    receiver: Receiver
    id: UUID
    orders: list[UUID] = field(default_factory=lambda: [uuid4(), uuid4()])

    @property
    def database(self) -> Database:
        return self.resources.database

    async def record(self, order: int = 0, **payload: Any) -> None:
        await self.log.record(TYPE, self.orders[order], **payload)

    async def work(self) -> None:
        """Do once what is due, one after the other."""
        await sequence(self.database, WANTED)
        due: list[Due] = []
        while await hand_over(self.database, due.append):
            for each in due:
                await perform(self.resources, each.effect_id, each.attempts)
            due.clear()

    async def again(self) -> None:
        """Do it when the time has come to try again what failed."""
        await self.log.make_due()
        await self.work()

    async def change(self, **values: Any) -> None:
        async with self.database.session.begin() as session:
            await session.execute(update(WebhookEndpoint).values(values))

    async def end_pause(self) -> None:
        await self.change(paused_until=func.now())

    async def state(self) -> tuple[str, int, int | None]:
        """Return its status and failures, and the seconds that it is still paused."""
        columns = (WebhookEndpoint.status, WebhookEndpoint.failures, WebhookEndpoint.paused_until)
        paused = func.extract("epoch", columns[2] - func.clock_timestamp())
        ((status, failures, seconds),) = await self.database.fetch(select(*columns[:2], paused), {})
        # Some of the second has passed since.
        return status, failures, None if seconds is None else round(float(seconds) + 0.4)

    async def deliveries(self) -> list[tuple[str, int, str | None]]:
        """Return status, attempts and error of each, in the order of the log."""
        columns = (Effect.status, Effect.attempts, Effect.error)
        rows = await self.database.fetch(
            select(*columns).where(Effect.target.is_not(None)).order_by(Effect.position), {}
        )
        return [tuple(row) for row in rows]

    async def attempts(self) -> list[Mapping[str, Any]]:
        """Return what is kept of each, the oldest first."""
        statement = select(WebhookAttempt.__table__).order_by(WebhookAttempt.id)
        async with self.database.engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(statement)).mappings()]

    def heard(self) -> list[tuple[dict[str, str], bytes]]:
        """Return the headers and the body of each request."""
        return [(_headers(head), body) for head, body in self.receiver.requests]


def _headers(head: str) -> dict[str, str]:
    lines = head.split("\r\n")[1:]
    return {
        name.lower(): value for name, _, value in (each.partition(": ") for each in lines) if name
    }


async def paused(hook: Hook) -> None:
    """Let it fail until it is paused, with one delivery pending."""
    hook.receiver.respond = BROKEN
    await hook.record()
    await hook.work()
    for _ in range(4):
        await hook.again()
    assert await hook.state() == ("enabled", 5, FIRST_PAUSE // timedelta(seconds=1))


def mails(settings: Settings) -> list[EmailMessage]:
    folder = settings.state_dir / "mail"
    return [parsed(each.read_bytes()) for each in sorted(folder.glob("*"))]
