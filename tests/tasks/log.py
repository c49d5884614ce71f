"""The event log and its effects, as tests write and read them."""

import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import anyio
from sqlalchemy import func, select, update

from core.database import Database
from models import Effect, Event
from services import events
from services.event_types import EventType, Payload
from tasks.handling import Handler, Work
from tasks.resources import Resources

DEADLINE_SECONDS = 20


class Anything(Payload, extra="allow"):
    """What a test says of an event that is no business's."""


async def _nothing(_resources: Resources, _work: Work) -> None:
    pass


def handler(name: str, *, is_ordered: bool = False) -> Handler:
    """Return a handler that does nothing."""
    return Handler(name, _nothing, is_ordered)


def happening(name: str) -> EventType[Anything]:
    return EventType(name, Anything, "It happened.")


async def until(
    condition: Callable[[], Awaitable[object]], seconds: float = DEADLINE_SECONDS
) -> None:
    """Wait for what another task or process will make true."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        await anyio.sleep(0.02)


class Log:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def record(
        self,
        event_type: str,
        aggregate_id: UUID | None = None,
        **payload: Any,
    ) -> UUID:
        async with self.database.session.begin() as session:
            return await events.record(
                session,
                happening(event_type),
                aggregate_id or uuid4(),
                Anything.model_validate(payload),
            )

    async def positions(self) -> dict[UUID, int | None]:
        """Return each event's position, in the order of their ids."""
        rows = await self.database.fetch(select(Event.id, Event.position).order_by(Event.id), {})
        return {row[0]: row[1] for row in rows}

    async def effects(self) -> list[tuple[str, str, int, str | None]]:
        """Return handler, status, attempts and error of each effect, by event and handler."""
        columns = (Effect.handler, Effect.status, Effect.attempts, Effect.error)
        rows = await self.database.fetch(
            select(*columns).order_by(Effect.event_id, Effect.handler), {}
        )
        return [tuple(row) for row in rows]

    async def pending(self) -> list[UUID]:
        """Return the ids of the effects that are not done, in the order of their events."""
        statement = select(Effect.id).where(Effect.status == "pending").order_by(Effect.position)
        return [row[0] for row in await self.database.fetch(statement, {})]

    async def count(self, status: str) -> int:
        """Return how many effects have a status."""
        statement = select(func.count()).where(Effect.status == status)
        return int((await self.database.fetch(statement, {}))[0][0])

    async def is_done(self) -> bool:
        effects = await self.effects()
        return bool(effects) and all(status == "done" for _, status, _, _ in effects)

    async def make_due(self) -> None:
        """Let the time pass after which a pending effect is handed over again."""
        async with self.database.session.begin() as session:
            await session.execute(update(Effect).values(next_attempt_at=func.now()))
