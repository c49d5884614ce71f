from uuid import UUID

from core.reads import PageRequest
from loaders.event_log import (
    Aggregate,
    EventFilter,
    EventPage,
    LoggedEventRow,
    events_by_id,
    page_of_events,
)
from resolvers.context import ShopContext


async def events(
    context: ShopContext,
    *,
    types: tuple[str, ...] | None,
    aggregate: Aggregate | None,
    columns: frozenset[str],
    page: PageRequest,
) -> EventPage:
    wanted = EventFilter(types or (), aggregate)
    return await page_of_events(context, wanted, columns=columns, page=page)


async def event(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
    columns: frozenset[str],
) -> LoggedEventRow | None:
    return (await events_by_id(context, [id], columns=columns))[0]
