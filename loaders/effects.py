"""What handlers have to do about events; only admins see it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, select

from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from core.viewer import Viewer
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


def _visible_effects(viewer: Viewer) -> Select[Any]:
    effects = select(Effect).join(Event, Event.id == Effect.event_id)
    return effects if viewer.role == "admin" else effects.where(false())


@batch_read
async def effects(
    context: Context, *, columns: frozenset[str], page: PageRequest, status: str | None
) -> Page[EffectRow]:
    """Return the effects of all events, or those that stand so."""
    source = _visible_effects(context.viewer)
    if status is not None:
        source = source.where(Effect.status == status)
    return await page_of(context, Listing(EffectRow, source, NEWEST), columns=columns, page=page)


@batch_read
async def effects_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[EffectRow | None]:
    source = _visible_effects(context.viewer)
    return await rows_by_key(
        context, EffectRow, keys, key=Effect.id, source=source, columns=columns
    )


async def effects_by_ids(
    context: Context, keys: Sequence[tuple[UUID, ...]], *, columns: frozenset[str]
) -> list[list[EffectRow]]:
    """Return the effects of each tuple of ids, in its order, without those that are not there."""
    return await several_by_key(keys, partial(effects_by_id, context, columns=columns))
