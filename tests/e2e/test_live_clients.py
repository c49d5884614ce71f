"""The clients that users have, following an order through their own protocols."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from gql import Client, GraphQLRequest
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.async_transport import AsyncTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

from core.ids import encode_id
from core.settings import Settings
from core.tokens import InvalidAccessToken
from tests.e2e.conftest import served
from tests.live import FOLLOW, FollowedOrder, followed_order
from tests.node import FOLDER

pytestmark = pytest.mark.anyio

PATIENCE = 60
MOVES = ["order.confirmed", "order.shipped"]


@pytest.fixture(scope="module")
async def order(servers: Settings, template: str) -> AsyncIterator[FollowedOrder]:
    async with followed_order(servers, template) as order:
        yield order


@pytest.fixture(scope="module")
def url(order: FollowedOrder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(order.settings, tmp_path_factory.mktemp("live") / "server.log") as address:
        yield f"{address}/graphql"


async def move(order: FollowedOrder) -> None:
    for each in MOVES:
        await order.happen(each.removeprefix("order."))


async def followed_by_node(client: str, url: str, order: FollowedOrder) -> Any:
    """Let a client of Node follow the order, which moves meanwhile; return what it was told."""
    given = {
        "client": client,
        "url": url,
        "token": order.token(),
        "query": FOLLOW,
        "order": order.public_id,
        "absent": encode_id("order", uuid4()),
    }
    pipe = asyncio.subprocess.PIPE
    node = await asyncio.create_subprocess_exec(
        "node", FOLDER / "follow.mjs", stdin=pipe, stdout=pipe, stderr=pipe
    )
    assert node.stdin is not None
    assert node.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            node.stdin.write(json.dumps(given).encode())
            node.stdin.write_eof()
            if await node.stdout.readline() == b"following\n":
                await move(order)
            told, errors = await node.communicate()
    finally:
        if node.returncode is None:
            node.kill()
            await node.wait()
    assert node.returncode == 0, errors.decode()
    return json.loads(told)


@pytest.mark.usefixtures("node")
@pytest.mark.parametrize(
    ("client", "stranger"),
    [
        ("graphql-ws", 4401),
        ("graphql-sse", ["UNAUTHENTICATED"]),
        ("apollo multipart", ["UNAUTHENTICATED"]),
        ("apollo socket", f"Socket closed with event 4401 {InvalidAccessToken()}"),
    ],
)
async def test_a_client_of_javascript_follows_resumes_and_tells_a_refusal(
    url: str, order: FollowedOrder, client: str, stranger: object
) -> None:
    assert await followed_by_node(client, url, order) == {
        "followed": [None, *MOVES],
        "resumed": MOVES,
        "refused": {"absent": ["ORDER_NOT_FOUND"], "stranger": stranger},
    }


def by_socket(url: str, token: str) -> AsyncTransport:
    return WebsocketsTransport(
        url.replace("http", "ws"),
        subprotocols=["graphql-transport-ws"],
        init_payload={"Authorization": token},
    )


def by_parts(url: str, token: str) -> AsyncTransport:
    return AIOHTTPTransport(url, headers={"Authorization": token})


TRANSPORTS = pytest.mark.parametrize("transport", [by_socket, by_parts])


@TRANSPORTS
async def test_gql_follows_resumes_and_tells_a_refusal(
    url: str, order: FollowedOrder, transport: Any
) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        Client(transport=transport(url, order.token())) as session,
    ):
        variables = {"id": order.public_id}
        request = GraphQLRequest(FOLLOW, variable_values=variables)
        async with aclosing(session.subscribe(request)) as updates:
            first = (await anext(updates))["orderUpdated"]
            await move(order)
            followed = [(await anext(updates))["orderUpdated"]["eventType"] for _ in MOVES]
        request = GraphQLRequest(FOLLOW, variable_values=variables | {"after": first["cursor"]})
        async with aclosing(session.subscribe(request)) as updates:
            resumed = [(await anext(updates))["orderUpdated"]["eventType"] for _ in MOVES]
        request = GraphQLRequest(FOLLOW, variable_values={"id": encode_id("order", uuid4())})
        with pytest.raises(TransportQueryError) as refused:
            async with aclosing(session.subscribe(request)) as updates:
                await anext(updates)
    assert first["eventType"] is None
    assert (followed, resumed) == (MOVES, MOVES)
    (error,) = refused.value.errors or []
    assert error["extensions"]["code"] == "ORDER_NOT_FOUND"


async def test_a_server_that_is_told_to_stop_ends_its_streams(
    order: FollowedOrder, tmp_path: Path
) -> None:
    log = tmp_path / "server.log"
    headers = {"Accept": "text/event-stream", "Authorization": order.token()}
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=PATIENCE))
        with served(order.settings, log) as url:
            following = client.stream("POST", f"{url}/graphql", json=order.follow, headers=headers)
            chunks = (await stack.enter_async_context(following)).aiter_text()
            assert "event: next" in await anext(chunks)
        # A client that is not told of the completion subscribes again.
        assert "complete" not in "".join([chunk async for chunk in chunks])
    assert "ERROR" not in log.read_text()
