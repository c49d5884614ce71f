"""Connections that are held: what became of one is not told to the next command."""

import asyncio

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from core.redis import HeldConnections

pytestmark = pytest.mark.anyio

PATIENCE = 0.5


@pytest.fixture
def held(redis: Redis) -> HeldConnections:
    return HeldConnections(redis, 1, PATIENCE)


async def test_a_command_takes_the_connection_of_the_last(held: HeldConnections) -> None:
    assert await held.run("CLIENT", "ID") == await held.run("CLIENT", "ID")


async def test_a_refused_command_leaves_its_connection(held: HeldConnections) -> None:
    first = await held.run("CLIENT", "ID")
    with pytest.raises(ResponseError):
        await held.run("THERE IS NO SUCH COMMAND")

    assert await held.run("CLIENT", "ID") == first


async def test_a_connection_that_was_lost_is_made_anew(held: HeldConnections, redis: Redis) -> None:
    first = await held.run("CLIENT", "ID")
    await redis.client_kill_filter(_id=str(first))

    assert await held.run("CLIENT", "ID") != first


async def test_an_answer_may_come_in_pieces(held: HeldConnections) -> None:
    long = "long " * 100_000

    assert await held.run("ECHO", long) == long.encode()


async def test_the_client_closes_what_is_held(held: HeldConnections, redis: Redis) -> None:
    first = await held.run("CLIENT", "ID")
    # Where its streams were not told, the client would wait for two seconds.
    async with asyncio.timeout(1):
        await redis.connection_pool.disconnect()

    assert await held.run("CLIENT", "ID") != first


async def test_no_command_has_more_seconds_than_the_patience(held: HeldConnections) -> None:
    """Neither on a connection that is held, nor on a new one, nor while it waits for its turn."""
    first = await held.run("CLIENT", "ID")
    failures = await asyncio.gather(
        *(held.run("BLPOP", "nothing", 0) for _ in range(2)), return_exceptions=True
    )
    with pytest.raises(TimeoutError):
        await held.run("BLPOP", "nothing", 0)

    assert [type(each) for each in failures] == [TimeoutError, TimeoutError]
    assert await held.run("CLIENT", "ID") != first


async def test_what_nobody_waits_for_any_more_is_answered_to_nobody(
    held: HeldConnections, redis: Redis
) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await held.run("BLPOP", "nothing", 0)

    # Whoever is lent the connection next has the client's own time-outs.
    connection = await redis.connection_pool.get_connection()  # type: ignore[no-untyped-call]
    assert connection.socket_timeout == redis.connection_pool.connection_kwargs["socket_timeout"]
    await redis.connection_pool.release(connection)
    assert await held.run("ECHO", "still here") == b"still here"
