"""Positions are gapless, in order, and given once, whoever writes and whoever gives them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import select, text

from core.database import Database, open_database
from core.redis import HINT_SECONDS, NUDGES, HeldConnections, nudge, open_redis
from core.settings import Settings
from core.wakeups import CHANNEL, Wakeups
from models import Event, EventCounter
from services import events
from tasks import sequencer
from tasks.resources import Resources
from tasks.sequencer import run_sequencer, sequence
from tests.factories import Factory
from tests.tasks.log import Anything, Log, handler, happening, until

pytestmark = pytest.mark.anyio

REQUEST = 'mutation { passwordResetRequest(email: "asa@home.example") { errors { __typename } } }'
WANTED = {
    "thing.made": [handler("first"), handler("second")],
    "thing.sold": [handler("first")],
}


async def test_a_quiet_log_has_nothing_to_sequence(database: Database) -> None:
    assert await sequence(database, WANTED) is None
    assert await database.fetch(select(EventCounter.last_position), {}) == [(0,)]


async def test_positions_go_on_where_the_last_ones_ended(database: Database, log: Log) -> None:
    made = [await log.record("thing.made") for _ in range(2)]
    assert await sequence(database, WANTED) == 2
    made.append(await log.record("thing.sold"))

    assert await sequence(database, WANTED) == 3
    assert await sequence(database, WANTED) is None
    assert await log.positions() == {made[0]: 1, made[1]: 2, made[2]: 3}


async def test_each_wanting_handler_gets_one_effect(database: Database, log: Log) -> None:
    for event_type in ("thing.made", "thing.sold", "thing.lost"):
        await log.record(event_type)
    while await sequence(database, WANTED) is not None:
        pass

    assert await log.effects() == [
        ("first", "pending", 0, None),
        ("second", "pending", 0, None),
        ("first", "pending", 0, None),
    ]


async def test_events_of_orders_do_not_wait_behind_those_of_an_import(
    database: Database, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "BATCH_SIZE", 2)
    product, order = uuid4(), uuid4()
    made = [await log.record("product.imported", product) for _ in range(3)]
    made += [await log.record("order.placed", order) for _ in range(2)]

    while await sequence(database, {}) is not None:
        pass
    assert await log.positions() == dict(zip(made, (3, 4, 5, 1, 2), strict=True))


async def test_a_batch_leaves_the_rest_to_the_next(
    database: Database, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "BATCH_SIZE", 2)
    made = [await log.record("thing.made") for _ in range(5)]

    assert [await sequence(database, {}) for _ in range(4)] == [2, 4, 5, None]
    assert await log.positions() == dict(zip(made, range(1, 6), strict=True))


async def test_an_open_transaction_delays_its_own_events_only(database: Database, log: Log) -> None:
    async with database.session() as session:
        late = await events.record(session, happening("thing.made"), uuid4(), Anything())
        early = await log.record("thing.made")
        assert await sequence(database, WANTED) == 1
        assert await sequence(database, WANTED) is None
        await session.commit()

    assert await sequence(database, WANTED) == 2
    assert late < early
    assert await log.positions() == {late: 2, early: 1}


async def test_another_sequencer_at_work_is_left_alone(database: Database, log: Log) -> None:
    made = await log.record("thing.made")
    async with database.session.begin() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(7110232)"))
        assert await sequence(database, WANTED) is None

    assert await log.positions() == {made: None}
    assert await sequence(database, WANTED) == 1


WRITERS, ROUNDS, AGGREGATES = 6, 25, 4


async def write(database: Database, aggregates: Sequence[UUID], seed: int) -> None:
    """Record events under the lock of their aggregate, and keep every third one open a while."""
    for turn in range(ROUNDS):
        aggregate = aggregates[(seed + turn) % len(aggregates)]
        async with database.session.begin() as session:
            key = {"key": aggregate.int % 2**31}
            await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), key)
            await events.record(
                session,
                happening("thing.made"),
                aggregate,
                Anything.model_validate({"writer": seed}),
            )
            if turn % 3 == 0:
                await session.execute(text("SELECT pg_sleep(0.01)"))


async def test_six_writers_and_two_sequencers_lose_and_misplace_nothing(
    settings: Settings, database: Database, log: Log
) -> None:
    writing = open_database(settings.model_copy(update={"database_pool_size": 2 * WRITERS}))
    aggregates = [uuid4() for _ in range(AGGREGATES)]
    done = asyncio.Event()

    async def keep_sequencing() -> None:
        while not done.is_set():
            await sequence(database, WANTED)

    sequencers = [asyncio.create_task(keep_sequencing()) for _ in range(2)]
    await asyncio.gather(*(write(writing, aggregates, seed) for seed in range(WRITERS)))
    done.set()
    await asyncio.gather(*sequencers)
    await sequence(database, WANTED)
    await writing.close()

    rows = await database.fetch(
        select(Event.position, Event.aggregate_id, Event.sequence).order_by(Event.position), {}
    )
    assert [row[0] for row in rows] == list(range(1, WRITERS * ROUNDS + 1))
    for aggregate in aggregates:
        sequences = [row[2] for row in rows if row[1] == aggregate]
        assert sequences == list(range(1, len(sequences) + 1))
    assert len(await log.effects()) == 2 * WRITERS * ROUNDS


@pytest.fixture
def nudges(redis: Redis) -> Wakeups:
    return Wakeups(redis, NUDGES)


async def test_a_nudge_wakes_the_sequencer_which_wakes_the_readers(
    resources: Resources, log: Log, nudges: Wakeups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "POLL_SECONDS", 60)
    effects = asyncio.Event()
    async with resources.redis.pubsub() as pubsub, asyncio.TaskGroup() as group:
        await pubsub.subscribe(CHANNEL)
        loops = [
            group.create_task(nudges.listen()),
            group.create_task(run_sequencer(resources, WANTED, nudges, effects)),
        ]
        await until(lambda: is_subscribed(resources.redis))
        await log.record("thing.made")
        await nudge(HeldConnections(resources.redis, 1, HINT_SECONDS))
        async for message in pubsub.listen():
            if message["type"] == "message":
                break
        for loop in loops:
            loop.cancel()

    assert message["data"] == b"1"
    assert effects.is_set()


async def test_a_mutation_with_an_event_nudges_the_sequencer_after_its_commit(
    api: httpx.AsyncClient, factory: Factory, log: Log, redis: Redis
) -> None:
    await factory.account(email="asa@home.example")
    heard: list[bytes] = []
    async with redis.pubsub() as pubsub:
        await pubsub.subscribe(NUDGES)
        opened = await api.post("/graphql", json={"query": "mutation { cartCreate { secret } }"})
        await redis.publish(NUDGES, "nothing is recorded of a cart")
        await api.post("/graphql", json={"query": REQUEST})
        async for message in pubsub.listen():
            if message["type"] == "message":
                heard.append(message["data"])
            if len(heard) == 2:
                break

    assert opened.json()["data"]["cartCreate"]["secret"]
    assert heard == [b"nothing is recorded of a cart", b""]
    assert list((await log.positions()).values()) == [None]


async def is_subscribed(redis: Redis) -> bool:
    return bool((await redis.pubsub_numsub(NUDGES))[0][1])


async def test_without_redis_the_sequencer_polls(
    settings: Settings, resources: Resources, log: Log, nudges: Wakeups
) -> None:
    away = open_redis(settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"}))
    alone = replace(resources, redis=away)
    loop = asyncio.create_task(run_sequencer(alone, WANTED, nudges, asyncio.Event()))
    made = await log.record("thing.made")
    await nudge(HeldConnections(away, 1, HINT_SECONDS))

    async def is_positioned() -> bool:
        return await log.positions() == {made: 1}

    await until(is_positioned)
    loop.cancel()
    await away.aclose()
