"""Effects that were given up, and what a handler may say of the one that it performs."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DomainError
from core.ids import encode_id
from models import Effect, Event


class EffectStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


class Postpone(Exception):
    """The effect cannot be performed before `until`, which counts as no attempt."""

    def __init__(self, until: datetime, reason: str) -> None:
        super().__init__(reason)
        self.until = until


class GiveUp(Exception):
    """The effect is dead at once, since trying again would change nothing."""


class EffectNotDead(DomainError):
    """There is no such effect, or it was not given up; `id` is which."""

    code = "EFFECT_NOT_DEAD"

    def __init__(self, effect_id: UUID) -> None:
        public = encode_id("effect", effect_id)
        super().__init__(
            f"There is no effect {public} that was given up.", path=("ids",), id=public
        )


async def dead(session: AsyncSession, at_most: int) -> Sequence[tuple[Effect, Event]]:
    """Return the newest effects that were given up, each with its event."""
    found = await session.execute(
        select(Effect, Event)
        .join(Event, Event.id == Effect.event_id)
        .where(Effect.status == "dead")
        .order_by(Effect.id.desc())
        .limit(at_most)
    )
    return [(effect, event) for effect, event in found]


async def retry(session: AsyncSession, effect_ids: Sequence[UUID]) -> None:
    """Have dead effects performed, as if for the first time; all or, by EffectNotDead, none.

    One that is ordered does not wait until later ones of its aggregate are done, for those passed
    it when it was given up.
    """
    dead = select(Effect.id).where(Effect.id.in_(effect_ids), Effect.status == "dead")
    found = set(await session.scalars(dead.order_by(Effect.id).with_for_update()))
    for each in effect_ids:
        if each not in found:
            raise EffectNotDead(each)
    await session.execute(
        update(Effect)
        .where(Effect.id.in_(found))
        .values(status="pending", attempts=0, next_attempt_at=func.now())
    )
