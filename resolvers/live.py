"""Orders followed live: the state first, then every event of the log after it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from core.cursors import decode_cursor, encode_cursor
from core.errors import UnauthenticatedError
from core.tokens import InvalidAccessToken
from core.viewer import Viewer
from core.wakeups import wait_for
from loaders.order_events import (
    OrderEventRow,
    last_position,
    newest_orders,
    order_events_after,
)
from loaders.orders import orders_by_id
from resolvers.context import ShopContext
from services.orders import OrderNotFound

_BATCH = 100
# Without a wake-up, as where Redis is away, a reader looks by itself this often.
_POLL_SECONDS = 2.0
# The orders whose state is told first to somebody who follows all of theirs.
FIRST_ORDERS = 20


@dataclass(frozen=True)
class OrderUpdate:
    """An order as it is now, and the event that said so; None for the state that comes first."""

    order_id: UUID
    position: int
    event: OrderEventRow | None = None

    @property
    def cursor(self) -> str:
        return encode_cursor("events", [self.position])


def parse_position(cursor: str) -> int:
    """Read the `after` of a subscription; raises ValueError for another list's cursor."""
    (position,) = decode_cursor(cursor, "events", [int])
    return int(position)


async def order_updated(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
    after: int | None,
) -> AsyncIterator[OrderUpdate]:
    """Follow one order; raises OrderNotFound for one that the viewer may not see."""
    # The position is read before the state, so that no event falls between the two.
    position = await last_position(context) if after is None else after
    if await orders_by_id(context, [id], columns=frozenset({"id"})) == [None]:
        raise OrderNotFound
    if after is None:
        yield OrderUpdate(id, position)
    async for update in _follow(context, position, id):
        yield update


async def orders_updated(context: ShopContext, *, after: int | None) -> AsyncIterator[OrderUpdate]:
    """Follow all orders that the viewer may see; raises UnauthenticatedError for nobody."""
    if context.viewer.account_id is None and context.viewer.cart_secret_hash is None:
        raise UnauthenticatedError
    position = await last_position(context) if after is None else after
    if after is None:
        for order_id in await newest_orders(context, limit=FIRST_ORDERS):
            yield OrderUpdate(order_id, position)
    async for update in _follow(context, position, None):
        yield update


async def _follow(
    context: ShopContext, position: int, order: UUID | None
) -> AsyncIterator[OrderUpdate]:
    while True:
        changed = context.wakeups.next()
        events = await order_events_after(context, position, order=order, limit=_BATCH)
        for event in events:
            _check_token(context.viewer)
            position = event.position
            yield OrderUpdate(event.aggregate_id, position, event)
        if not events:
            # The end of the token is told when it comes, and not with the next event.
            await wait_for(changed, min(_POLL_SECONDS, context.viewer.seconds_left()))
            _check_token(context.viewer)


def _check_token(viewer: Viewer) -> None:
    if not viewer.seconds_left():
        raise InvalidAccessToken
