"""An order followed through Hive Gateway, by a socket and as events, as through the whole graph."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any, TypeAlias
from uuid import uuid4

import httpx
import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

from core.database import open_database
from core.ids import decode_id, encode_id
from core.redis import open_redis
from core.settings import Settings
from tests.factories import Factory
from tests.gateways.answers import codes
from tests.gateways.market import Market
from tests.gateways.processes import Doors
from tests.live import FollowedOrder

pytestmark = pytest.mark.anyio

PATIENCE = 60
# What it asks of the order is in three subgraphs.
FOLLOW = """
subscription Follow($id: ID!, $after: String) {
  orderUpdated(id: $id, after: $after) {
    cursor
    eventType
    order { number lines { nodes { name variant { sku product { name } } } } }
  }
}
"""
MOVES = ["order.confirmed", "order.shipped"]
Update: TypeAlias = dict[str, Any]
Results: TypeAlias = AsyncGenerator[Update, None]
Follow: TypeAlias = Callable[[str, str, Mapping[str, Any]], Results]


@pytest.fixture(scope="module")
async def order(deployed: Settings, market: Market) -> AsyncIterator[FollowedOrder]:
    database = open_database(deployed)
    factory = Factory(database)
    customer = await factory.account(email="follower@example.com")
    _, variant = decode_id(market.ids["variant"][0])
    order = await factory.order({variant: 1}, account_id=customer, status="pending")
    async with open_redis(deployed) as redis:
        yield FollowedOrder(deployed, database, redis, customer, order)
    await database.close()


async def by_socket(url: str, token: str, variables: Mapping[str, Any]) -> Results:
    transport = WebsocketsTransport(
        url.replace("http", "ws"),
        subprotocols=["graphql-transport-ws"],
        init_payload={"Authorization": token},
    )
    request = GraphQLRequest(FOLLOW, variable_values=dict(variables))
    async with Client(transport=transport) as session:
        try:
            async with aclosing(session.subscribe(request)) as updates:
                async for each in updates:
                    yield {"data": each}
        except TransportQueryError as error:
            yield {"errors": error.errors}


async def by_events(url: str, token: str, variables: Mapping[str, Any]) -> Results:
    headers = {"Accept": "text/event-stream", "Authorization": token}
    body = {"query": FOLLOW, "variables": variables}
    async with (
        httpx.AsyncClient(timeout=PATIENCE) as client,
        client.stream("POST", url, json=body, headers=headers) as response,
    ):
        async for line in response.aiter_lines():
            text = line.removeprefix("data:").strip()
            if line.startswith("data:") and text:
                yield json.loads(text)


CLIENTS = pytest.mark.parametrize("follow", [by_socket, by_events])


async def followed(
    follow: Follow, url: str, order: FollowedOrder, moves: list[str], **variables: str
) -> list[Update]:
    """Follow an order, which moves once its state is told, until all of it has been told."""
    expected = len(MOVES) + ("after" not in variables)
    told: list[Update] = []
    async with (
        asyncio.timeout(PATIENCE),
        aclosing(follow(url, order.token(), {"id": order.public_id, **variables})) as updates,
    ):
        async for update in updates:
            assert "errors" not in update, update
            told.append(update["data"]["orderUpdated"])
            if len(told) == expected:
                break
            for move in moves if len(told) == 1 else []:
                await order.happen(move.removeprefix("order."))
    return told


@CLIENTS
async def test_an_order_is_followed_and_resumed_across_subgraphs(
    doors: Doors, order: FollowedOrder, follow: Follow
) -> None:
    told = await followed(follow, doors.urls["hive"], order, MOVES)
    after = told[0]["cursor"]
    resumed = await followed(follow, doors.urls["hive"], order, [], after=after)
    whole = await followed(follow, doors.urls["whole"], order, [], after=after)

    assert [each["eventType"] for each in told] == [None, *MOVES]
    assert told[0]["order"]["lines"]["nodes"][0]["variant"]["product"]["name"].startswith("Product")
    assert told[1:] == resumed == whole


REFUSED: dict[str, tuple[Mapping[str, str], str]] = {
    "an order that is not there": ({"id": encode_id("order", uuid4())}, "ORDER_NOT_FOUND"),
    "no order's id": ({"id": "nope"}, "BAD_USER_INPUT"),
    "a cursor of another list": ({"after": "bm9wZQ"}, "BAD_USER_INPUT"),
}


@CLIENTS
@pytest.mark.parametrize("what", REFUSED)
async def test_a_refused_subscription_ends_with_its_error(
    doors: Doors, order: FollowedOrder, follow: Follow, what: str
) -> None:
    wrong, code = REFUSED[what]
    for door in ("whole", "hive"):
        updates = follow(doors.urls[door], order.token(), {"id": order.public_id, **wrong})
        (told,) = await to_its_end(updates)
        assert codes(told) == [(("orderUpdated",), code)]


@CLIENTS
async def test_a_false_token_is_refused_and_does_not_hang(
    doors: Doors, order: FollowedOrder, follow: Follow
) -> None:
    updates = follow(doors.urls["hive"], "Bearer false", {"id": order.public_id})

    (told,) = await to_its_end(updates)

    assert codes(told) == [(("orderUpdated",), "UNAUTHENTICATED")]


@CLIENTS
async def test_a_subscription_ends_with_its_token(
    doors: Doors, order: FollowedOrder, follow: Follow
) -> None:
    ends = [
        to_its_end(follow(doors.urls[door], order.token(seconds=2), {"id": order.public_id}))
        for door in ("whole", "hive")
    ]

    for first, last in await asyncio.gather(*ends):
        assert first["data"]["orderUpdated"]["eventType"] is None
        assert codes(last) == [(("orderUpdated",), "UNAUTHENTICATED")]


async def to_its_end(updates: Results) -> list[Update]:
    async with asyncio.timeout(PATIENCE), aclosing(updates):
        return [each async for each in updates]
