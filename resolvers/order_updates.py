"""Orders followed live: the state first, then every event of the log after it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from core.errors import UnauthenticatedError
from loaders.event_audience import EventRow, about, orders_seen_by
from loaders.event_positions import write_position
from loaders.order_events import newest_orders, order_events_between
from loaders.orders import OrderFilter, orders_by_id
from resolvers.context import ShopContext
from resolvers.following import BATCH_SIZE, Following, following
from services.order_locking import OrderNotFound

# The orders whose state is told first to somebody who follows all of theirs.
FIRST_ORDERS = 20


@dataclass(frozen=True)
class OrderUpdate:
    """An order as it is now, and the event that said so; None for the state that comes first."""

    order_id: UUID
    position: int
    event: EventRow | None = None

    @property
    def cursor(self) -> str:
        return write_position(self.position)


async def order_updated(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
    after: int | None,
) -> AsyncIterator[OrderUpdate]:
    """Follow one order; raises OrderNotFound for one that the viewer may not see."""
    async with _order(context, id, after) as log:
        if after is None:
            yield OrderUpdate(id, log.position)
        while True:
            event = await log.next()
            yield OrderUpdate(id, event.position, event)


async def orders_updated(
    context: ShopContext,
    *,
    after: int | None,
    filter: OrderFilter | None,  # noqa: A002 - the argument's name in the graph.
) -> AsyncIterator[OrderUpdate]:
    """Follow all orders that the viewer may see; raises UnauthenticatedError for nobody."""
    async with _orders(context, after) as log:
        if after is None:
            for order_id in await newest_orders(context, filter, limit=FIRST_ORDERS):
                yield OrderUpdate(order_id, log.position)
        while True:
            event = await log.next()
            if _is_wanted(event, filter):
                yield OrderUpdate(event.aggregate_id, event.position, event)


async def order_events(
    context: ShopContext,
    *,
    id: UUID | None,  # noqa: A002 - the argument's name in the graph.
    after: int | None,
) -> AsyncIterator[EventRow]:
    """Follow the events of one order from its first, or those of all orders from now on.

    Raises OrderNotFound for an order that the viewer may not see, and UnauthenticatedError where
    nobody follows all orders.
    """
    beginning = 0 if after is None else after
    async with _orders(context, after) if id is None else _order(context, id, beginning) as log:
        while True:
            yield await log.next()


@asynccontextmanager
async def _order(
    context: ShopContext, order_id: UUID, after: int | None
) -> AsyncIterator[Following]:
    if await orders_by_id(context, [order_id], columns=frozenset({"id"})) == [None]:
        raise OrderNotFound
    missed = partial(order_events_between, context, order=order_id, limit=BATCH_SIZE)
    audience = orders_seen_by(context.viewer)
    async with following(context, after, about(order_id), missed, audience=audience) as log:
        yield log


@asynccontextmanager
async def _orders(context: ShopContext, after: int | None) -> AsyncIterator[Following]:
    if context.viewer.account_id is None and context.viewer.cart_secret_hash is None:
        raise UnauthenticatedError
    missed = partial(order_events_between, context, order=None, limit=BATCH_SIZE)
    async with following(context, after, orders_seen_by(context.viewer), missed) as log:
        yield log


def _is_wanted(event: EventRow, wanted: OrderFilter | None) -> bool:
    """Compare an order as its event left it, so that a change is told once, whenever it is read."""
    if wanted is None or wanted.status is None:
        return True
    return event.payload is not None and event.payload["status"] == wanted.status.upper()
