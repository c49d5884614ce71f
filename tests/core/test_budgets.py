"""What is spent is counted exactly, by all processes together, and without Redis by each."""

import asyncio
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from loguru import logger
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from core import budgets
from core.budgets import Budgets, Counts, Limit, Spent
from core.redis import open_redis
from core.settings import Settings
from tests.away import line_to_redis

pytestmark = pytest.mark.anyio

# Nothing fades in it while a test runs.
LONG = 10_000_000
PATIENCE = 20


@pytest.fixture
def own(redis: Redis) -> Budgets:
    return Budgets(redis, uuid4().hex)


def spends(outcome: str, counted_by: str) -> float:
    labels = {"budget": "test", "outcome": outcome, "counted_by": counted_by}
    return REGISTRY.get_sample_value("pyshop_budget_spends_total", labels) or 0


async def keys(redis: Redis, namespace: str) -> list[str]:
    found = await redis.keys(f"{namespace}:*")
    return [key.decode() if isinstance(key, bytes) else key for key in found]


async def remaining(counting: Budgets, limit: Limit) -> int:
    return (await counting.spend("test", "ada", 0, limit)).remaining


async def test_what_has_no_room_is_refused_and_changes_nothing(own: Budgets) -> None:
    limit = Limit(10, LONG)

    first = await own.spend("test", "ada", 7, limit)
    refused = await own.spend("test", "ada", 4, limit)
    rest = await own.spend("test", "ada", 3, limit)

    assert (first.is_allowed, first.remaining) == (True, 3)
    assert (refused.is_allowed, refused.remaining) == (False, 3)
    assert (rest.is_allowed, rest.remaining) == (True, 0)
    # Both wait for the fourth that is missing.
    assert 0 < first.seconds == refused.seconds < 2 * LONG


async def test_each_name_each_person_and_each_shop_has_a_budget_of_its_own(
    own: Budgets, redis: Redis
) -> None:
    limit = Limit(1, LONG)
    answers = [
        await own.spend("test", "ada", 1, limit),
        await own.spend("test", "bob", 1, limit),
        await own.spend("other", "ada", 1, limit),
        await Budgets(redis, uuid4().hex).spend("test", "ada", 1, limit),
        await own.spend("test", "ada", 1, limit),
    ]

    assert [each.is_allowed for each in answers] == [True, True, True, True, False]


async def test_what_is_given_back_can_be_spent_again(own: Budgets) -> None:
    limit = Limit(10, LONG)
    await own.spend("test", "ada", 7, limit)
    await own.give_back("test", "ada", 5, limit)
    assert await remaining(own, limit) == 8

    await own.give_back("test", "ada", 5, limit)
    assert await own.spend("test", "ada", 0, limit) == Spent(
        is_allowed=True, remaining=10, seconds=0
    )


async def test_of_many_at_once_as_many_are_let_through_as_the_limit_says(
    servers: Settings,
) -> None:
    namespace, limit = uuid4().hex, Limit(30, LONG)
    async with AsyncExitStack() as stack:
        processes = [
            Budgets(await stack.enter_async_context(open_redis(servers)), namespace)
            for _ in range(4)
        ]
        answers = await asyncio.gather(
            *(processes[turn % 4].spend("test", "ada", 1, limit) for turn in range(200))
        )

    allowed = sorted(each.remaining for each in answers if each.is_allowed)
    assert allowed == list(range(30))


async def test_a_key_says_nobodys_name_and_goes_when_it_counts_for_nothing(redis: Redis) -> None:
    namespace = uuid4().hex
    await Budgets(redis, namespace).spend("test", "ada@example.com", 1, Limit(1, 60))

    (key,) = await keys(redis, namespace)
    assert key.startswith(f"{namespace}:budget:test:")
    assert "ada" not in key
    assert 60_000 < await redis.pttl(key) <= 120_000


counts = st.integers(0, 10**6)


limits = st.builds(lambda most, days: Limit(most, days * 86_400), counts, st.integers(1, 365))


@given(counts, counts, st.integers(0, 2), st.integers(-(10**6), 10**6), limits)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
async def test_redis_counts_as_a_process_on_its_own_does(
    redis: Redis, own: Budgets, current: int, previous: int, age: int, amount: int, limit: Limit
) -> None:
    name = uuid4().hex
    await own.spend(name, "ada", 0, limit)
    (key,) = await keys(redis, f"*:budget:{name}")
    number = int(await redis.hget(key, "number") or 0) - age
    stored = Counts(number, current, previous)
    await redis.hset(key, items=[each for pair in stored._asdict().items() for each in pair])

    answer = await own._ask_redis(key, amount, limit)  # noqa: SLF001 - It tells the time.

    assert answer is not None
    elapsed = answer[-1]
    before = stored.in_window(number + age)
    is_allowed = amount <= 0 or before.used(elapsed, limit) + amount <= limit.amount
    after = before.spending(amount) if is_allowed else before
    assert answer == [is_allowed, *after, elapsed]
    kept = await redis.hmget(key, [*Counts._fields])
    assert Counts(*(int(each or 0) for each in kept)) == (after if is_allowed else stored)


@given(counts, counts, st.integers(0, 59_999), st.integers(1, 10**6), counts)
async def test_there_is_room_after_the_seconds_that_are_told_and_not_a_second_before(
    current: int, previous: int, elapsed: int, room: int, spare: int
) -> None:
    limit = Limit(room + spare, 60)
    seen = Counts(0, current, previous)

    def has_room(milliseconds: int) -> bool:
        number, gone = divmod(elapsed + milliseconds, 60_000)
        return seen.in_window(number).used(gone, limit) + room <= limit.amount

    assume(not has_room(0))
    seconds = seen.seconds_until(room, elapsed, limit)

    assert has_room(seconds * 1000)
    assert not has_room((seconds - 1) * 1000)


async def test_the_window_slides(redis: Redis) -> None:
    own, limit = Budgets(redis, uuid4().hex), Limit(1000, 1)
    await own.spend("test", "ada", 1000, limit)
    seen = [0]
    async with asyncio.timeout(PATIENCE):
        while seen[-1] < 1000:
            seen.append(await remaining(own, limit))

    # What was spent comes back bit by bit, and not at once when a window ends.
    assert seen == sorted(seen)
    assert len(set(seen)) > 3


@pytest.mark.parametrize("failure", ["cut", "mute"])
async def test_without_redis_a_process_counts_alone_and_asks_it_no_more_for_a_while(
    servers: Settings, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    monkeypatch.setattr(budgets, "_RETRY_SECONDS", 1000.0)
    limit, said = Limit(10, LONG), list[str]()
    sink = logger.add(said.append, level="WARNING", format="{message}")
    async with line_to_redis(servers) as (away, line), open_redis(away) as redis:
        own = Budgets(redis, uuid4().hex)
        await own.spend("test", "ada", 9, limit)
        await (line.join(mute=True) if failure == "mute" else line.cut())
        before = spends("allowed", "process"), spends("refused", "process")
        first = await own.spend("test", "ada", 8, limit)
        calls = line.calls
        others = [await own.spend("test", "ada", 1, limit) for _ in range(3)]
        after = spends("allowed", "process"), spends("refused", "process")
    logger.remove(sink)

    assert (first.is_allowed, first.remaining) == (True, 2)
    assert [(each.is_allowed, each.remaining) for each in others] == [
        (True, 1),
        (True, 0),
        (False, 0),
    ]
    assert line.calls == calls
    assert after == (before[0] + 3, before[1] + 1)
    (warning,) = said
    assert warning.startswith("Redis is away, and this process counts budgets alone")


async def test_redis_counts_again_when_it_is_back(
    servers: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "_RETRY_SECONDS", 0.0)
    limit = Limit(10, LONG)
    async with line_to_redis(servers) as (away, line), open_redis(away) as redis:
        own = Budgets(redis, uuid4().hex)
        await own.spend("test", "ada", 4, limit)
        await line.cut()
        assert await remaining(own, limit) == 10
        await line.join()
        async with asyncio.timeout(PATIENCE):
            while await remaining(own, limit) != 6:
                pass


async def test_a_process_counts_a_bounded_number_of_budgets(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "_MOST_OWN", 2)
    own, limit = Budgets(redis, uuid4().hex), Limit(1, LONG)
    own._asks_from = float("inf")  # noqa: SLF001 - Redis is away for ever.

    answers = [await own.spend("test", whose, 1, limit) for whose in ["ada", "bob", "cy", "bob"]]
    forgotten = await own.spend("test", "ada", 1, limit)

    assert [each.is_allowed for each in answers] == [True, True, True, False]
    assert forgotten.is_allowed
