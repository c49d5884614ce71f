"""GraphQL over WebSocket by the letter of graphql-transport-ws."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from app import sockets
from core.reads import Order, Page
from loaders.products import ProductRow
from tests.client.conftest import serving
from tests.live import FollowedOrder
from tests.sockets import INIT, PATIENCE, TYPE_NAME, follow, socket

pytestmark = pytest.mark.anyio


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


async def test_no_initialisation_closes_with_4408(order: FollowedOrder) -> None:
    hasty = order.settings.model_copy(update={"socket_idle_seconds": 0.1})
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


async def test_what_a_closed_socket_cannot_be_told_any_more_is_no_error(
    port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    go_on, told = asyncio.Event(), asyncio.Event()
    close, send = sockets.Socket.close, sockets.Socket.send_json

    async def slow(*_args: object, **_named: object) -> Page[ProductRow]:
        await go_on.wait()
        return Page([], Order("id", ("id",)), total=7)

    async def close_and_wait(self: sockets.Socket, code: int, reason: str) -> None:
        await close(self, code, reason)
        go_on.set()
        await told.wait()

    async def send_and_tell(self: sockets.Socket, message: Any) -> None:
        if go_on.is_set():
            told.set()
        await send(self, message)

    monkeypatch.setattr("resolvers.catalog.all_products", slow)
    async with socket(port) as open_:
        await open_.open()
        monkeypatch.setattr(sockets.Socket, "close", close_and_wait)
        monkeypatch.setattr(sockets.Socket, "send_json", send_and_tell)
        await open_.subscribe("slow", {"query": "{ products { totalCount } }"})
        await open_.send(INIT)
        assert (await open_.closed())[0] == 4429
        async with asyncio.timeout(PATIENCE):
            await told.wait()
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []
