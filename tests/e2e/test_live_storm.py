"""Whoever follows with a cursor misses nothing, whatever dies meanwhile."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from uuid import UUID

import httpx
import orjson
import pytest
from sqlalchemy import select

from core.database import Database
from core.ids import encode_id
from core.settings import Settings
from core.tokens import AccessTokens
from models import Effect, Event
from services.api_keys import EVENTS
from services.order_locking import locked_order
from services.order_states import OrderStatus
from services.orders import enter
from tests.core.receiver import OK, Receiver, receiver
from tests.e2e.followers import Follower, Poller
from tests.e2e.storm import Storm
from tests.factories import Factory
from tests.tasks.log import Log, until

pytestmark = pytest.mark.anyio

ACCOUNTS, ORDERS_EACH, ROUNDS, MOVES_A_ROUND, KILLS_A_ROUND = 10, 5, 5, 4, 4
SEED = 20261126
# Processes start again and again, on a machine that may have much else to do.
PATIENCE_SECONDS = 120
STANDSTILL_SECONDS = 2

ONE = """
subscription One($id: ID!, $after: String) {
  orderUpdated(id: $id, after: $after) { cursor eventId }
}
"""
ALL = """
subscription All($after: String) { ordersUpdated(after: $after) { cursor eventId } }
"""


@pytest.fixture
async def storming(settings: Settings, tmp_path: Path) -> AsyncIterator[Storm]:
    with Storm.over(settings, tmp_path, apis=2, workers=2) as storm:
        yield storm


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver(OK) as listening:
        yield listening


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """As many event streams as are wanted, on which nothing may be said for long."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=httpx.Timeout(10, read=None), limits=limits) as client:
        yield client


async def placed(factory: Factory) -> dict[UUID, list[UUID]]:
    """Place the orders of each account."""
    variant = await factory.variant(product=await factory.product())
    orders: dict[UUID, list[UUID]] = {}
    for _ in range(ACCOUNTS):
        account = await factory.account()
        orders[account] = [
            await factory.order({variant: 1}, account_id=account, status="pending")
            for _ in range(ORDERS_EACH)
        ]
    return orders


def followers(
    settings: Settings, orders: dict[UUID, list[UUID]], http: httpx.AsyncClient
) -> list[tuple[Follower, set[UUID]]]:
    """Return two clients for each order, and what each follows: the order, and all its customer's.

    Of each kind, half come by sockets and half by event streams.
    """
    tokens = AccessTokens.of(settings)
    clients = []
    for account, own in orders.items():
        token = "Bearer " + tokens.issue(account, "customer").text
        for number, order in enumerate(own):
            one = Follower(token, ONE, {"id": encode_id("order", order)}, number % 2 == 0, http)
            clients += [(one, {order}), (Follower(token, ALL, {}, number % 2 == 1, http), set(own))]
    return clients


async def move(database: Database, order_id: UUID) -> None:
    """Change an order as the shop does, with its event."""
    async with database.session.begin() as session:
        order, _, lines = await locked_order(session, order_id)
        is_confirmed = order.status == "confirmed"
        after = OrderStatus.SHIPPED if is_confirmed else OrderStatus.CONFIRMED
        await enter(session, order, lines, after)


async def rage(
    storm: Storm, database: Database, orders: Sequence[UUID], clients: Sequence[Follower]
) -> Counter[str]:
    """Move all orders again and again while processes die, and return how many of each kind did.

    Each round waits until half of the clients heard of something new, so that it strikes a shop
    that works.
    """
    chance = random.Random(SEED)  # noqa: S311 - It guards no secret.
    killed: Counter[str] = Counter()
    for _ in range(ROUNDS):
        heard = [len(each.events) for each in clients]
        victims = chance.sample(storm.victims, KILLS_A_ROUND)
        for _ in range(MOVES_A_ROUND):
            for number, order in enumerate(chance.sample(orders, len(orders))):
                await move(database, order)
                if victims and number % 20 == 10:
                    victim = victims.pop()
                    victim.kill()
                    killed[victim.kind] += 1

        for each in storm.victims:
            each.start()

        async def is_half_way(heard: Sequence[int] = heard) -> bool:
            moved = [len(each.events) > was for each, was in zip(clients, heard, strict=True)]
            return sum(moved) * 2 >= len(moved)

        await until(is_half_way, PATIENCE_SECONDS)
    return killed


async def all_done(log: Log) -> None:
    """Wait for the effects; where none is done for a while, messages are lost, and time passes."""

    async def goes_on() -> bool:
        return await log.count("done") > done

    while await log.count("pending"):
        done = await log.count("done")
        try:
            async with asyncio.timeout(STANDSTILL_SECONDS):
                await until(goes_on)
        except TimeoutError:
            await log.make_due()


def told_by(hook: Receiver, order: UUID) -> list[str]:
    """Return the events of an order in the order in which they first came to a receiver."""
    bodies = [orjson.loads(body) for _, body in hook.requests]
    public = encode_id("order", order)
    return list(dict.fromkeys(each["id"] for each in bodies if each["aggregate"]["id"] == public))


async def log_of(database: Database, orders: set[UUID]) -> list[str]:
    rows = await database.fetch(
        select(Event.id).where(Event.aggregate_id.in_(orders)).order_by(Event.position), {}
    )
    return [encode_id("event", row[0]) for row in rows]


async def test_every_client_sees_each_of_its_events_once_and_in_order(
    storming: Storm,
    database: Database,
    factory: Factory,
    http: httpx.AsyncClient,
    hook: Receiver,
) -> None:
    log = Log(database)
    orders = await placed(factory)
    await factory.webhook(url=hook.url())
    clients = followers(storming.settings, orders, http)
    everyone = [client for client, _ in clients]
    poller = Poller(await factory.api_key("acme", EVENTS, budget=10**9), http)

    async def all_follow() -> bool:
        return all(client.cursor is not None for client in everyone)

    moves = ROUNDS * MOVES_A_ROUND
    async with asyncio.TaskGroup() as group:
        for client, own in clients:
            group.create_task(client.follow(storming.urls, moves * len(own)))
        group.create_task(poller.poll(storming.urls, moves * ACCOUNTS * ORDERS_EACH))
        await until(all_follow, PATIENCE_SECONDS)
        every_order = [order for own in orders.values() for order in own]
        killed = await rage(storming, database, every_order, everyone)

    assert killed.total() == ROUNDS * KILLS_A_ROUND
    assert set(killed) == {"api", "worker", "valkey"}
    for client, own in clients:
        assert client.events == await log_of(database, own)
        assert len(client.events) == moves * len(own)
    every_event = await log_of(database, set(every_order))
    assert poller.events == every_event
    assert len(every_event) == moves * len(every_order)
    await all_done(log)
    mails = sorted(each.stem for each in (storming.settings.state_dir / "mail").iterdir())
    happened = await database.fetch(select(Event.id, Event.type).order_by(Event.id), {})
    assert mails == [f"{event}.{what.replace('.', '_')}" for event, what in happened]
    for order in every_order:
        assert told_by(hook, order) == await log_of(database, {order})
        mailed = await database.fetch(
            select(Effect.position)
            .filter_by(aggregate_id=order, handler="mail_order")
            .order_by(Effect.done_at),
            {},
        )
        positions = [row[0] for row in mailed]
        assert positions == sorted(positions)
    assert sum(client.connections - 1 for client in everyone) > len(everyone)
