"""What handlers have to do about events; only admins see it."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, bindparam, false, select

from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from loaders.batches import Listing, page_of, rows_by_key, several_by_key
from models import Effect, Event

NEWEST = Order("newest", ("id",), descending=True)


class EffectRow(
    Row,
    columns={
        **Effect.__table__.c,
        "event_type": Event.__table__.c.type,
        "aggregate_type": Event.__table__.c.aggregate_type,
    },
):
    id: UUID
    event_id: UUID
    event_type: str
    aggregate_type: str
    aggregate_id: UUID
    handler: str
    status: str
    attempts: int
    next_attempt_at: datetime
    done_at: datetime | None
    error: str | None


@cache
def _visible_effects(role: str | None, *, by_status: bool = False) -> Select[Any]:
    effects = select(Effect).join(Event, Event.id == Effect.event_id)
    if by_status:
        effects = effects.where(Effect.status == bindparam("status", type_=String()))
    return effects if role == "admin" else effects.where(false())


@batch_read
async def effects(
    context: Context, *, columns: frozenset[str], page: PageRequest, status: str | None
) -> Page[EffectRow]:
    """Return the effects of all events, or those that stand so."""
    source = _visible_effects(context.viewer.role, by_status=status is not None)
    listing = Listing(EffectRow, source, NEWEST, {"status": status})
    return await page_of(context, listing, columns=columns, page=page)


@batch_read
async def effects_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[EffectRow | None]:
    source = _visible_effects(context.viewer.role)
    return await rows_by_key(
        context, EffectRow, keys, key=Effect.id, source=source, columns=columns
    )


async def effects_by_ids(
    context: Context, keys: Sequence[tuple[UUID, ...]], *, columns: frozenset[str]
) -> list[list[EffectRow]]:
    """Return the effects of each tuple of ids, in its order, without those that are not there."""
    return await several_by_key(keys, partial(effects_by_id, context, columns=columns))
