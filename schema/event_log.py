"""The log of events as a feed."""

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from core.ids import decode_id, encode_id
from execution.arguments import Argument
from execution.cache_hints import INHERITED
from execution.connections import Edge, PageInfo, page_info
from execution.fields import derived, reads, root
from execution.rows import rows
from loaders.accounts import accounts_by_id
from loaders.event_log import Aggregate, LoggedEventRow, events_by_id
from loaders.event_positions import write_position
from resolvers import event_log
from schema.accounts import Account
from schema.catalog import bounded
from schema.event_snapshots import EventSnapshot, snapshot_of
from schema.nodes import Node, parse_id, public_id
from services.api_keys import EVENTS
from services.event_types import EVENT_TYPES

# An admin reads all of it, and a partner's program what is not private.
_READERS = ("admin", EVENTS)
_MOST_TYPES = 50


@strawberry.type(description="What events are about, each with a `sequence` of its own.")
class EventAggregate:
    type: str = strawberry.field(
        description="Its kind, with which types of event begin, such as `order` and `product`."
    )
    id: strawberry.ID = strawberry.field(description="By which `node` finds it, if it still is.")


@rows(LoggedEventRow, prefix="event", by_id=events_by_id)
@strawberry.type(
    description="Something that happened in the shop, as the log keeps it: it never changes."
)
class Event(Node):
    id: strawberry.ID = public_id("event")
    type: str = strawberry.field(
        description="What happened to what: `order.placed`, and others of docs/event-types.md."
    )
    version: int = strawberry.field(
        description="How payloads of the type are written: 1, until one means something else."
    )
    sequence: int = strawberry.field(
        description="The number of the event among those of its aggregate, from 1 without a gap."
    )
    cursor: str = derived(
        lambda row: write_position(row.position),
        "position",
        description="Pass it as `after`, here or to any door of the log, to go on after this"
        " event.",
    )
    occurred_at: datetime = strawberry.field(
        description="When it happened; go by the order of the log, and not by this."
    )
    aggregate: EventAggregate = derived(
        lambda row: EventAggregate(
            type=row.aggregate_type,
            id=strawberry.ID(encode_id(row.aggregate_type, row.aggregate_id)),
        ),
        "aggregate_type",
        "aggregate_id",
        description="Which order, product or other thing it happened to.",
    )
    correlation_id: str = strawberry.field(
        description="The request that caused it, by the id that its answer and the logs have."
    )
    payload: JSON = derived(
        lambda row: row.payload,
        "payload",
        description="What the aggregate was after the event, as docs/event-types.md describes it"
        " for each type, and exactly as every door tells it.",
    )
    snapshot: EventSnapshot | None = derived(
        snapshot_of,
        "aggregate_type",
        "payload",
        description="The same as `payload`, typed; null for what this graph has no type for.",
    )
    actor: Account | None = reads(
        accounts_by_id,
        key="actor_id",
        description="Who did it, for admins; null where nobody had logged in, and for others.",
    )


@strawberry.type(
    description="A page of events in the order of the log, and where to go on from it.",
    directives=[INHERITED],
)
class EventConnection:
    edges: list[Edge[Event]] = strawberry.field(
        description="The events, each with the cursor that any door of the log takes."
    )
    nodes: list[Event] = derived(
        lambda page: page.rows, description="The events alone, for those who need no cursors."
    )
    page_info: PageInfo = derived(page_info, description="Where this page stands in the log.")
    next_cursor: str = derived(
        lambda page: page.next_cursor,
        description="Pass it as `after` to go on, now or once more has happened; given on an empty"
        " page too. Store it when the page's events are done with.",
    )


def _parse_types(types: list[str]) -> tuple[str, ...]:
    for each in bounded(types, _MOST_TYPES, "types"):
        if each not in EVENT_TYPES:
            raise ValueError(f"There is no type of event {each!r}.")
    return tuple(sorted(set(types)))


def _parse_aggregate(text: str) -> Aggregate:
    return Aggregate(*decode_id(text))


@strawberry.type
class EventsQuery:
    event: Event | None = root(
        event_log.event,
        arguments=(
            Argument(
                "id",
                strawberry.ID,
                "The id of an event, as any door of the log tells it.",
                freeze=lambda text: parse_id("event", text),
            ),
        ),
        requires=_READERS,
        description="One event; null where the viewer may see none, or it is kept no more.",
    )
    events: EventConnection | None = root(
        event_log.events,
        arguments=(
            Argument(
                "types",
                list[str] | None,
                f"Only events of these types, at most {_MOST_TYPES}; left out or empty, of all.",
                None,
                _parse_types,
            ),
            Argument(
                "aggregate",
                strawberry.ID | None,
                "Only what happened to this order, product or account, by its id.",
                None,
                _parse_aggregate,
            ),
        ),
        requires=_READERS,
        description="The log of the shop, the oldest event first: with `after`, what came later,"
        " and without, from the oldest that is kept. A cursor that is too old, or further on than"
        " the log, is an error with a code. What concerns accounts is for admins only.",
    )
