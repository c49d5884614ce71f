"""The log as a feed: events in the order of their positions, for who may read all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, Uuid, bindparam, false, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from core.reads import Context, Order, Page, PageRequest, Row
from core.statements import Statement
from core.telemetry import batch_read
from core.viewer import Viewer
from loaders.batches import SHAPES, rows_by_key
from loaders.event_positions import check_position, write_position
from models import LASTING_AGGREGATE, Event, EventCounter

# Cursors of every door are written so.
BY_POSITION = Order("events", ("position",))

# The scope of a key that may read the feed, as services/api_keys.py names it.
_SCOPE = "events:read"
# The aggregates whose events are told to others' programs, as services/event_types.py has it.
PUBLIC_AGGREGATES = ("order", "product")


class LoggedEventRow(Row, columns={**Event.__table__.c}):
    id: UUID
    position: int
    aggregate_type: str
    aggregate_id: UUID
    sequence: int
    type: str
    version: int
    occurred_at: datetime
    actor_id: UUID | None
    correlation_id: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Aggregate:
    """An order, a product or whatever else events are about."""

    type: str
    id: UUID


@dataclass(frozen=True)
class EventFilter:
    """Which events are wanted: of any of the types, and of the aggregate; left out, all."""

    types: tuple[str, ...] = ()
    aggregate: Aggregate | None = None

    @property
    def lasts(self) -> bool:
        """Whether all that is wanted is kept for ever."""
        if self.aggregate is not None:
            return self.aggregate.type == LASTING_AGGREGATE
        return bool(self.types) and all(
            each.startswith(f"{LASTING_AGGREGATE}.") for each in self.types
        )

    @property
    def params(self) -> dict[str, Any]:
        """The values of the parameters in the conditions of what is set."""
        aggregate = vars(self.aggregate) if self.aggregate is not None else {}
        return ({"types": self.types} if self.types else {}) | aggregate


@dataclass
class EventPage(Page[LoggedEventRow]):
    """Some events of the log, and `read_through`, the position that all up to were looked at."""

    read_through: int = 0

    @property
    def next_cursor(self) -> str:
        return write_position(self.read_through)


# Those that have their place in the log.
_EVENTS = select(Event).where(Event.position.is_not(None))
_NO_EVENTS = _EVENTS.where(false())
_PUBLIC_EVENTS = _EVENTS.where(Event.aggregate_type.in_(PUBLIC_AGGREGATES))


def visible_events(viewer: Viewer) -> Select[Any]:
    """Select the events that a viewer may read."""
    if viewer.role == "admin":
        return _EVENTS
    if viewer.key is None or _SCOPE not in viewer.key.scopes:
        return _NO_EVENTS
    return _PUBLIC_EVENTS


@batch_read
async def events_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[LoggedEventRow | None]:
    source = visible_events(context.viewer)
    return await rows_by_key(
        context, LoggedEventRow, keys, key=Event.id, source=source, columns=columns
    )


@batch_read
async def page_of_events(
    context: Context, wanted: EventFilter, *, columns: frozenset[str], page: PageRequest
) -> EventPage:
    """Return the wanted events after a cursor, or from the oldest that is kept.

    Raises CursorAhead, and CursorExpired where some of what is wanted may be missing.
    """
    position = page.position(BY_POSITION, LoggedEventRow)
    (after,) = position or (0,)
    names = columns | {"position"}
    params = wanted.params
    # One more than the page holds tells whether another follows.
    statement = _statement(visible_events(context.viewer), frozenset(params), names, page.first + 1)
    answer = await context.fetch(statement, {"after": after, **params})
    last, expired_through, _ = answer[0][:3]
    if position is not None:
        check_position(after, last, 0 if wanted.lasts else expired_through)
    # The outer join has one row without an event where there is none.
    make = LoggedEventRow.maker(names)
    rows = [make(each[3:]) for each in answer if each[2] is not None]
    found = EventPage(rows[: page.first], BY_POSITION, has_previous=page.after is not None)
    found.has_next = len(rows) > page.first
    found.read_through = found.rows[-1].position if found.has_next else last
    return found


_CONDITIONS = {
    "types": Event.type == func.any(bindparam("types", type_=ARRAY(String()))),
    "type": Event.aggregate_type == bindparam("type", type_=String()),
    "id": Event.aggregate_id == bindparam("id", type_=Uuid()),
}


@lru_cache(SHAPES)
def _statement(
    source: Select[Any], wanted: frozenset[str], names: frozenset[str], limit: int
) -> Statement:
    """Select a page together with how far the log has come, as of one moment.

    So nobody is told to go on from behind an event that this page could not show yet, and what is
    deleted meanwhile is noticed.
    """
    page = (
        source.with_only_columns(*LoggedEventRow.select(names), maintain_column_froms=True)
        .where(Event.position > bindparam("after", type_=Event.position.type))
        .where(*(_CONDITIONS[name] for name in sorted(wanted)))
        .order_by(Event.position)
        .limit(limit)
        .lateral("page")
    )
    return Statement(
        select(EventCounter.last_position, EventCounter.expired_through, page.c.position, page)
        .select_from(EventCounter)
        .outerjoin(page, true())
        .order_by(page.c.position)
    )
