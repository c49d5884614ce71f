"""The log of events, for programs that ask for what is new."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from rest.graph import SendersGraph
from rest.representations import Representation, public_id
from rest.routes import for_its_owner, problems, router

routes: APIRouter = router("Events")

_TYPE = Field(pattern=r"^[a-z_]+\.[a-z_]+$", examples=["order.placed"])
EventTypeName = Annotated[str, _TYPE]
AggregateId = Annotated[
    str,
    Query(
        pattern=r"^[a-z][a-z_]*_[0-7][0-9a-hjkmnp-tv-z]{25}$",
        description="Only what happened to this order, product or account.",
        examples=["order_01jdfz3v8te8sa7n7q2hd3kq6w"],
    ),
]


class Aggregate(Representation):
    """What an event happened to."""

    type: str = Field(examples=["order"])
    id: str = Field(examples=["order_01jdfz3v8te8sa7n7q2hd3kq6w"])


class Event(Representation):
    """Something that happened, as webhooks tell it too."""

    id: Annotated[str, public_id("event")]
    type: EventTypeName
    version: int = Field(description="The version of the type's `data`.", examples=[1])
    sequence: int = Field(
        description="Its number among the aggregate's events, from 1 without a gap.", examples=[2]
    )
    cursor: str = Field(description="Pass it as `after` to go on after this event.")
    occurred_at: datetime
    aggregate: Aggregate
    data: dict[str, Any] = Field(description="The aggregate after the event, by its type.")


class EventPage(Representation):
    """Some of the log, in its order."""

    events: list[Event]
    next: str = Field(
        description="Pass it as `after` for what follows, at once where the page is full, and"
        " later where it is not. It is given on an empty page too."
    )


@routes.get(
    "/events",
    responses=problems("FORBIDDEN", "INVALID_API_KEY", "CURSOR_EXPIRED", "CURSOR_AHEAD"),
    dependencies=[Depends(for_its_owner)],
    summary="Read what happened, the oldest first",
)
async def events(
    graph: SendersGraph,
    first: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
    types: Annotated[
        list[EventTypeName],
        Query(max_length=50, description="Only events of these types; left out, of all."),
    ] = [],  # noqa: B006 - FastAPI copies it.
    aggregate: AggregateId | None = None,
) -> EventPage:
    """For admins, and for keys with the scope `events:read`, which are not told of accounts."""
    page = await graph.read("Events", first=first, after=after, types=types, aggregate=aggregate)
    return EventPage.model_validate({"events": page["nodes"], "next": page["nextCursor"]})
