"""Moves orders at a given rate, however long each commit takes."""

import asyncio
from collections.abc import Iterator, Sequence
from time import monotonic
from uuid import UUID

from benchmarks.live.shop import Customer
from benchmarks.live.subscribers import Key
from core.database import Database, open_database
from core.ids import encode_id
from core.redis import HINT_SECONDS, HeldConnections, nudge, open_redis
from core.settings import Settings
from core.viewer import Viewer
from services.order_states import OrderStatus
from services.orders import move

_ADMIN = Viewer(role="admin")


async def move_orders(
    settings: Settings, customers: Sequence[Customer], *, rate: int
) -> dict[Key, float]:
    """Ship all orders, then deliver them, so many a second, those of each customer in turn.

    Returns when each event was committed, by the clock of `monotonic`.
    """
    database = open_database(settings)
    committed: dict[Key, float] = {}
    moves: dict[UUID, asyncio.Task[None]] = {}
    try:
        async with open_redis(settings) as redis, asyncio.TaskGroup() as group:
            nudges = HeldConnections(redis, 1, HINT_SECONDS)
            started = monotonic()
            for number, (order, after) in enumerate(_moves(customers)):
                await asyncio.sleep(started + number / rate - monotonic())
                move_ = _move(database, nudges, order, after, committed, moves.get(order))
                moves[order] = group.create_task(move_)
    finally:
        await database.close()
    return committed


def _moves(customers: Sequence[Customer]) -> Iterator[tuple[UUID, OrderStatus]]:
    for after in (OrderStatus.SHIPPED, OrderStatus.DELIVERED):
        for orders in zip(*(each.orders for each in customers), strict=True):
            for order in orders:
                yield order, after


async def _move(
    database: Database,
    nudges: HeldConnections,
    order: UUID,
    after: OrderStatus,
    committed: dict[Key, float],
    earlier: asyncio.Task[None] | None,
) -> None:
    """Do as the mutations do: a transaction, and then a hint that there is something new."""
    if earlier is not None:
        # On a slow machine the rate is not kept, and an order is shipped before it is delivered.
        await earlier
    async with database.session.begin() as session:
        await move(session, _ADMIN, order, after, None)
    committed[encode_id("order", order), f"order.{after.value}"] = monotonic()
    await nudge(nudges)
