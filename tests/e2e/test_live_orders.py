"""Orders followed over real sockets: by SSE and by graphql-transport-ws."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportError
from gql.transport.websockets import WebsocketsTransport

from core.database import Database
from core.ids import encode_id
from core.settings import Settings
from core.tokens import AccessTokens
from services.events import record
from tasks.sequencer import sequence
from tests.e2e.conftest import served
from tests.factories import Factory

pytestmark = pytest.mark.anyio

FOLLOW = """
subscription Follow($id: ID!, $after: String) {
  orderUpdated(id: $id, after: $after) { cursor eventType order { id } }
}
"""

PATIENCE = 30


@pytest.fixture
def url(settings: Settings, tmp_path: Path) -> Iterator[str]:
    with served(settings, tmp_path / "server.log") as address:
        yield address


@pytest.fixture
async def customer(factory: Factory) -> UUID:
    return await factory.account()


@pytest.fixture
async def order(factory: Factory, customer: UUID) -> UUID:
    variant = await factory.variant(product=await factory.product())
    return await factory.order({variant: 1}, account_id=customer, status="pending")


@pytest.fixture
def token(settings: Settings, customer: UUID) -> str:
    return AccessTokens.of(settings).issue(customer, "customer").text


async def happen(database: Database, order: UUID, what: str) -> None:
    async with database.session.begin() as session:
        await record(session, f"order.{what}", order, {})
    await sequence(database, {})


async def sse_events(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    """Read the `next` events of the graphql-sse protocol, distinct connections mode."""
    event = ""
    async for line in response.aiter_lines():
        if line.startswith("event:"):
            event = line.removeprefix("event:").strip()
        elif line.startswith("data:") and event == "next":
            yield json.loads(line.removeprefix("data:"))["data"]["orderUpdated"]


async def test_an_order_is_followed_by_sse(
    url: str, database: Database, order: UUID, token: str
) -> None:
    body = {"query": FOLLOW, "variables": {"id": encode_id("order", order)}}
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {token}"}
    async with (
        asyncio.timeout(PATIENCE),
        httpx.AsyncClient(timeout=PATIENCE) as client,
        client.stream("POST", f"{url}/graphql", json=body, headers=headers) as response,
    ):
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        events = sse_events(response)
        assert (await anext(events))["eventType"] is None
        await happen(database, order, "confirmed")
        assert (await anext(events))["eventType"] == "order.confirmed"


def socket(url: str, **payload: str) -> Client:
    address = url.replace("http://", "ws://") + "/graphql"
    transport = WebsocketsTransport(
        address, subprotocols=["graphql-transport-ws"], init_payload=payload
    )
    return Client(transport=transport)


async def test_an_order_is_followed_by_websocket_and_resumed_on_another(
    url: str, database: Database, order: UUID, token: str
) -> None:
    variables = {"id": encode_id("order", order)}
    async with asyncio.timeout(PATIENCE):
        async with socket(url, Authorization=f"Bearer {token}") as session:
            request = GraphQLRequest(FOLLOW, variable_values=variables)
            async with aclosing(session.subscribe(request)) as updates:
                first = (await anext(updates))["orderUpdated"]
            assert first["eventType"] is None
        await happen(database, order, "confirmed")
        await happen(database, order, "shipped")
        async with socket(url, Authorization=f"Bearer {token}") as session:
            after = variables | {"after": first["cursor"]}
            request = GraphQLRequest(FOLLOW, variable_values=after)
            async with aclosing(session.subscribe(request)) as resumed:
                missed = [(await anext(resumed))["orderUpdated"]["eventType"] for _ in range(2)]
    assert missed == ["order.confirmed", "order.shipped"]


async def test_a_socket_with_a_false_token_is_closed(url: str) -> None:
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(TransportError):
            async with socket(url, Authorization="Bearer false"):
                pass


async def test_the_old_websocket_protocol_is_not_spoken(url: str) -> None:
    transport = WebsocketsTransport(
        url.replace("http://", "ws://") + "/graphql", subprotocols=["graphql-ws"]
    )
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(TransportError):
            async with Client(transport=transport):
                pass
