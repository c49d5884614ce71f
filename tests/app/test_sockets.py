"""GraphQL over WebSocket by the letter of graphql-transport-ws, with limits."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError
from websockets import Origin, Subprotocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core.reads import Order, Page
from core.settings import Settings
from core.tokens import AccessTokens
from loaders.products import ProductRow
from tests.client.conftest import serving
from tests.live import FollowedOrder, followed_order

pytestmark = pytest.mark.anyio

PATIENCE = 20
TYPE_NAME = {"query": "{ __typename }"}
INIT = {"type": "connection_init"}


class Socket:
    """A client that sends what it likes, and hears all that is said."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, message: object) -> None:
        text = message if isinstance(message, str | bytes) else json.dumps(message)
        await self._connection.send(text)

    async def hear(self) -> Any:
        async with asyncio.timeout(PATIENCE):
            return json.loads(await self._connection.recv())

    async def closed(self) -> tuple[int, str]:
        """Wait for the end, before which nothing may be said, and return its code and reason."""
        with pytest.raises(ConnectionClosed) as ended:
            raise AssertionError(await self.hear())
        assert ended.value.rcvd is not None
        return ended.value.rcvd.code, ended.value.rcvd.reason

    async def open(self, **payload: object) -> None:
        await self.send(INIT | {"payload": payload})
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, id: str, payload: Mapping[str, object] = TYPE_NAME) -> None:  # noqa: A002 - the protocol's name.
        await self.send({"id": id, "type": "subscribe", "payload": payload})

    async def error(self) -> tuple[str, str]:
        """Return the id of an operation that ends with one error, and its code."""
        said = await self.hear()
        assert said["type"] == "error"
        (error,) = said["payload"]
        return said["id"], error["extensions"]["code"]


@asynccontextmanager
async def socket(
    port: int,
    *,
    origin: str | None = None,
    protocols: tuple[str, ...] = ("graphql-transport-ws",),
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Socket]:
    async with connect(
        f"ws://127.0.0.1:{port}/graphql",
        origin=None if origin is None else Origin(origin),
        subprotocols=list(map(Subprotocol, protocols)) or None,
        additional_headers=headers,
        proxy=None,
    ) as connection:
        yield Socket(connection)


@pytest.fixture(scope="module")
async def order(servers: Settings, template: str) -> AsyncIterator[FollowedOrder]:
    async with followed_order(servers, template) as order:
        yield order


@pytest.fixture(scope="module")
def settings(order: FollowedOrder) -> Settings:
    return order.settings


@pytest.fixture(scope="module")
async def port(settings: Settings) -> AsyncIterator[int]:
    async with serving(settings) as port:
        yield port


async def follow(socket: Socket, id: str, order: FollowedOrder) -> None:  # noqa: A002 - the protocol's name.
    """Follow an order, and hear of its state."""
    await socket.subscribe(id, order.follow)
    said = await socket.hear()
    assert (said["id"], said["type"]) == (id, "next")
    assert said["payload"]["data"]["orderUpdated"]["order"] == {"id": order.public_id}


@pytest.mark.parametrize("protocols", [("graphql-ws",), ()])
async def test_only_graphql_transport_ws_is_spoken(port: int, protocols: tuple[str, ...]) -> None:
    async with socket(port, protocols=protocols) as old:
        assert await old.closed() == (4406, "Subprotocol not acceptable")


async def test_a_client_of_both_protocols_gets_the_new_one(port: int) -> None:
    async with socket(port, protocols=("graphql-ws", "graphql-transport-ws")) as both:
        await both.open()


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("{", "WebSocket message must be valid JSON"),
        (b"{}", "WebSocket message type must be text"),
        ([], "Input should be a valid dictionary or object to extract fields from"),
        ({}, "Unable to extract tag using discriminator 'type'"),
        (INIT | {"payload": None}, "payload: Input should be a valid dictionary"),
        ({"type": "ping", "payload": 1}, "payload: Input should be a valid dictionary"),
        ({"type": "subscribe", "payload": TYPE_NAME}, "id: Field required"),
        (
            {"type": "subscribe", "id": "", "payload": TYPE_NAME},
            "id: String should have at least 1 character",
        ),
        ({"type": "subscribe", "id": "1", "payload": {}}, "payload.query: Field required"),
        (
            {"type": "subscribe", "id": "1", "payload": TYPE_NAME | {"variables": []}},
            "payload.variables: Input should be a valid dictionary",
        ),
        (
            {"type": "subscribe", "id": "1", "payload": TYPE_NAME | {"operationName": 1}},
            "payload.operationName: Input should be a valid string",
        ),
        ({"type": "complete", "id": [1]}, "id: Input should be a valid string"),
    ],
)
async def test_what_is_no_message_closes_with_4400(port: int, message: object, reason: str) -> None:
    async with socket(port) as open_:
        await open_.send(message)
        assert await open_.closed() == (4400, reason)


async def test_a_reason_is_cut_to_what_a_close_frame_holds(port: int) -> None:
    async with socket(port) as open_:
        await open_.send({"type": "é" * 200})
        code, reason = await open_.closed()
    assert code == 4400
    assert reason.startswith("Input tag 'éé")
    assert 120 < len(reason.encode()) <= 123


async def test_a_subscription_before_the_acknowledgement_closes_with_4401(port: int) -> None:
    async with socket(port) as open_:
        await open_.subscribe("1")
        assert await open_.closed() == (4401, "Unauthorized")


async def test_no_initialisation_closes_with_4408(settings: Settings) -> None:
    hasty = settings.model_copy(update={"socket_idle_seconds": 0.1})
    async with serving(hasty) as port, socket(port) as open_:
        await open_.send({"type": "ping"})
        assert await open_.hear() == {"type": "pong"}
        assert await open_.closed() == (4408, "Connection initialisation timeout")


async def test_an_id_in_use_closes_with_4409(port: int, order: FollowedOrder) -> None:
    async with socket(port) as open_:
        await open_.open(Authorization=order.token())
        await follow(open_, "1", order)
        await open_.subscribe("1")
        assert await open_.closed() == (4409, "Subscriber for 1 already exists")


async def test_an_id_is_free_again_when_its_operation_has_ended(
    port: int, order: FollowedOrder
) -> None:
    async with socket(port) as open_:
        await open_.open(Authorization=order.token())
        for _ in range(2):
            await follow(open_, "1", order)
            await open_.send({"id": "1", "type": "complete"})
        for _ in range(2):
            await open_.subscribe("2")
            said = [await open_.hear(), await open_.hear()]
            assert said == [
                {"id": "2", "type": "next", "payload": {"data": {"__typename": "Query"}}},
                {"id": "2", "type": "complete"},
            ]


async def test_a_second_initialisation_closes_with_4429(port: int) -> None:
    async with socket(port) as open_:
        await open_.open()
        await open_.send(INIT)
        assert await open_.closed() == (4429, "Too many initialisation requests")


async def test_a_false_token_closes_with_4401(port: int) -> None:
    async with socket(port) as open_:
        await open_.send(INIT | {"payload": {"authorization": "Bearer false"}})
        assert await open_.closed() == (
            4401,
            "The access token is not valid any more: refresh it, or log in again.",
        )


async def test_a_false_token_in_the_headers_is_refused_before_the_accept(port: int) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with socket(port, headers={"Authorization": "Bearer false"}):
            pass
    assert refused.value.response.status_code == 401
    assert b"UNAUTHENTICATED" in (refused.value.response.body or b"")


async def test_headers_count_where_the_payload_says_nothing(
    port: int, order: FollowedOrder
) -> None:
    async with socket(port, headers={"Authorization": order.token()}) as open_:
        await open_.open(name="Łódź", Authorization=None)
        await follow(open_, "1", order)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nope }"}, "GRAPHQL_VALIDATION_FAILED"),
        (TYPE_NAME | {"operationName": "No"}, "OPERATION_RESOLUTION_FAILURE"),
        (
            {"query": "subscription ($id: ID!) { orderUpdated(id: $id) { cursor } }"},
            "BAD_USER_INPUT",
        ),
        (
            {"query": 'subscription { orderUpdated(id: "order_nope") { cursor } }'},
            "BAD_USER_INPUT",
        ),
        ({"query": "subscription { ordersUpdated { cursor } }"}, "UNAUTHENTICATED"),
    ],
)
async def test_a_refused_operation_ends_with_a_coded_error_and_the_socket_goes_on(
    port: int, payload: dict[str, Any], code: str
) -> None:
    async with socket(port) as open_:
        await open_.open()
        await open_.subscribe("1", payload)
        assert await open_.error() == ("1", code)
        await open_.subscribe("1")
        assert (await open_.hear())["payload"] == {"data": {"__typename": "Query"}}


async def test_an_operation_too_many_is_refused(settings: Settings, order: FollowedOrder) -> None:
    tight = settings.model_copy(update={"socket_operations": 2})
    async with serving(tight) as port, socket(port) as open_:
        await open_.open(Authorization=order.token())
        await follow(open_, "1", order)
        await follow(open_, "2", order)
        await open_.subscribe("3")
        assert await open_.error() == ("3", "TOO_MANY_OPERATIONS")
        await open_.send({"id": "1", "type": "complete"})
        await follow(open_, "3", order)


async def test_a_connection_too_many_of_an_account_closes_with_4429(
    settings: Settings, order: FollowedOrder
) -> None:
    tight = settings.model_copy(update={"live_connections": 1})
    other = AccessTokens.of(settings).issue(uuid4(), "customer").text
    async with serving(tight) as port:
        async with socket(port) as first, socket(port) as second, socket(port) as third:
            await first.open(Authorization=order.token())
            await second.open(Authorization=f"Bearer {other}")
            await third.send(INIT | {"payload": {"Authorization": order.token()}})
            assert await third.closed() == (
                4429,
                "You have 1 connections open already: close one first.",
            )
        async with socket(port) as later:
            await later.open(Authorization=order.token())


async def test_those_without_an_account_are_counted_by_their_address(settings: Settings) -> None:
    tight = settings.model_copy(update={"live_connections": 1})
    async with serving(tight) as port:
        near, far = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
        async with (
            socket(port, headers=near) as first,
            socket(port, headers=far) as second,
            socket(port, headers=near) as third,
        ):
            await first.open()
            await second.open()
            await third.send(INIT)
            assert (await third.closed())[0] == 4429


async def test_a_socket_is_closed_when_nothing_runs_on_it_for_long(
    settings: Settings, order: FollowedOrder
) -> None:
    hasty = settings.model_copy(update={"socket_idle_seconds": 0.3})
    async with serving(hasty) as port, socket(port) as open_, socket(port) as busy:
        await busy.open(Authorization=order.token())
        await follow(busy, "1", order)
        await open_.open(Authorization=order.token())
        await follow(open_, "1", order)
        await open_.send({"id": "1", "type": "complete"})
        assert await open_.closed() == (1000, "Nothing runs on this socket.")
        # It was there before the other, and is there still.
        await busy.subscribe("2")
        assert (await busy.hear())["payload"] == {"data": {"__typename": "Query"}}


async def test_subscriptions_end_with_the_token_and_the_socket_with_them(
    port: int, order: FollowedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing else but the end of the token wakes them.
    monkeypatch.setattr("resolvers.live._POLL_SECONDS", 600)
    async with socket(port) as open_:
        await open_.open(Authorization=order.token(seconds=2))
        await follow(open_, "1", order)
        await follow(open_, "2", order)
        ended = {await open_.error(), await open_.error()}
        assert ended == {("1", "UNAUTHENTICATED"), ("2", "UNAUTHENTICATED")}
        assert await open_.closed() == (1000, "Nothing runs on this socket.")


async def test_an_idle_socket_is_closed_when_its_token_ends(
    port: int, order: FollowedOrder
) -> None:
    async with socket(port) as open_:
        await open_.open(Authorization=order.token(seconds=2))
        assert await open_.closed() == (1000, "Nothing runs on this socket.")


async def test_nothing_begins_after_the_end_of_the_token(
    port: int, order: FollowedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = asyncio.Event()

    async def slow(*_args: object, **_named: object) -> Page[ProductRow]:
        await go_on.wait()
        return Page([], Order("id", ("id",)), total=7)

    monkeypatch.setattr("resolvers.catalog.all_products", slow)
    async with socket(port) as open_:
        await open_.open(Authorization=order.token(seconds=2))
        await open_.subscribe("slow", {"query": "{ products { totalCount } }"})
        await follow(open_, "1", order)
        assert await open_.error() == ("1", "UNAUTHENTICATED")
        await open_.subscribe("2")
        assert await open_.error() == ("2", "UNAUTHENTICATED")
        go_on.set()
        assert (await open_.hear())["payload"] == {"data": {"products": {"totalCount": 7}}}
        assert await open_.hear() == {"id": "slow", "type": "complete"}
        assert await open_.closed() == (1000, "Nothing runs on this socket.")


async def test_pages_of_the_api_and_of_listed_sites_may_open_sockets(settings: Settings) -> None:
    listed = settings.model_copy(update={"websocket_origins": ["https://shop.example"]})
    async with serving(listed) as port:
        for origin in (None, f"http://127.0.0.1:{port}", "https://shop.example"):
            async with socket(port, origin=origin) as open_:
                await open_.open()


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://shop.example", "https://shop.example:444", "null", ""],
)
async def test_a_page_of_another_site_is_refused_before_the_accept(
    settings: Settings, origin: str
) -> None:
    listed = settings.model_copy(update={"websocket_origins": ["https://shop.example"]})
    async with serving(listed) as port:
        with pytest.raises(InvalidStatus) as refused:
            async with socket(port, origin=origin):
                pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["*", "shop.example", "https://shop.example/path"])
def test_what_is_no_origin_is_no_setting(origin: str) -> None:
    with pytest.raises(ValidationError):
        Settings(websocket_origins=[origin])
