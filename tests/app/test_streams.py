"""Results as they come over HTTP: server-sent events, and Apollo's multipart subscriptions."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email import message_from_string
from email.policy import strict
from typing import Any

import httpx
import pytest

from tests.client.conftest import serving
from tests.live import FollowedOrder
from tests.sockets import follow, socket

pytestmark = pytest.mark.anyio

PATIENCE = 20
EVENTS = {"Accept": "text/event-stream"}
MULTIPART = {
    "Accept": 'multipart/mixed;boundary="-";subscriptionSpec=1.0, application/json',
}
TYPE_NAME = {"query": "{ __typename }"}


class Body:
    """A body that goes on, read up to what is looked for."""

    def __init__(self, response: httpx.Response) -> None:
        self._chunks = response.aiter_text()
        self.media_type = response.headers["Content-Type"]
        self.text = ""

    async def until(self, end: str) -> str:
        """Return what comes up to and with the end."""
        async with asyncio.timeout(PATIENCE):
            while end not in self.text:
                self.text += await anext(self._chunks)
        at = self.text.index(end) + len(end)
        taken, self.text = self.text[:at], self.text[at:]
        return taken

    async def rest(self) -> str:
        """Return what comes until the body ends."""
        async with asyncio.timeout(PATIENCE):
            async for chunk in self._chunks:
                self.text += chunk
        return self.text


@asynccontextmanager
async def stream(
    port: int,
    request: dict[str, Any],
    headers: Mapping[str, str],
    *,
    method: str = "POST",
    status: int = 200,
) -> AsyncIterator[Body]:
    url = f"http://127.0.0.1:{port}/graphql"
    sent: dict[str, Any] = {"json": request}
    if method == "GET":
        sent = {"params": request | {"variables": json.dumps(request.get("variables", {}))}}
    async with (
        httpx.AsyncClient(timeout=PATIENCE) as client,
        client.stream(method, url, headers=headers, **sent) as response,
    ):
        assert response.status_code == status
        yield Body(response)


def event(result: Any) -> str:
    """Write a result as an event, whose id is its cursor where it has one."""
    updated = (result.get("data") or {}).get("orderUpdated")
    id_ = f"id: {updated['cursor']}\n" if updated else ""
    return f"{id_}event: next\ndata: {json.dumps(result, separators=(',', ':'))}\n\n"


COMPLETE = "event: complete\ndata: \n\n"


def part(result: object) -> str:
    body = json.dumps(result, separators=(",", ":"))
    return (
        "\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}\r\n--graphql"
    )


def update(order: FollowedOrder, told: str, event_type: str | None) -> dict[str, Any]:
    """The result of an event: as it has to be, with the cursor that was told."""
    cursor = re.search(r'"cursor":"(\w+)"', told)
    assert cursor is not None
    updated = {"cursor": cursor[1], "eventType": event_type, "order": {"id": order.public_id}}
    return {"data": {"orderUpdated": updated}}


def data_of(body: str) -> str:
    """Return the data of a stream of one event."""
    told, end = body.split("\n\n", 1)
    assert end == COMPLETE
    name, data = told.split("\n")
    assert name == "event: next"
    return data.removeprefix("data: ")


def parts(body: str) -> list[Any]:
    """Read parts as strictly as mail is read."""
    whole = "Content-Type: multipart/mixed;boundary=graphql\r\n\r\n" + body
    message = message_from_string(whole, policy=strict)
    return [json.loads(each.get_content()) for each in message.iter_parts()]


def codes(result: Mapping[str, Any]) -> list[str]:
    """Return the codes of a result that holds nothing but errors."""
    assert result.get("data") is None
    return [each["extensions"]["code"] for each in result["errors"]]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_subscription_is_told_by_events(
    port: int, order: FollowedOrder, method: str
) -> None:
    headers = EVENTS | {"Authorization": order.token()}
    async with stream(port, order.follow, headers, method=method) as body:
        told = await body.until("\n\n")
        assert told == event(update(order, told, None))
        await order.happen("confirmed")
        told = await body.until("\n\n")
        assert told == event(update(order, told, "order.confirmed"))


def cursor_of(told: str) -> str:
    found = re.search(r"^id: (\w+)$", told, re.MULTILINE)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_stream_goes_on_after_the_id_that_was_told_last(
    port: int, order: FollowedOrder, method: str
) -> None:
    headers = EVENTS | {"Authorization": order.token()}
    async with stream(port, order.follow, headers, method=method) as body:
        first = cursor_of(await body.until("\n\n"))
    for what in ("confirmed", "shipped"):
        await order.happen(what)
    # A browser asks for the same address again, whatever `after` is there.
    request = {**order.follow, "variables": {**order.follow["variables"], "after": first}}
    async with stream(port, request, headers, method=method) as body:
        told = await body.until("\n\n")
        assert told == event(update(order, told, "order.confirmed"))
    again = headers | {"Last-Event-ID": cursor_of(told)}
    async with stream(port, request, again, method=method) as body:
        told = await body.until("\n\n")
        assert told == event(update(order, told, "order.shipped"))
        await order.happen("delivered")
        told = await body.until("\n\n")
        assert told == event(update(order, told, "order.delivered"))


async def test_an_event_without_its_cursor_has_the_id_too(port: int, order: FollowedOrder) -> None:
    query = "subscription ($id: ID!) { orderUpdated(id: $id) { eventType } }"
    headers = EVENTS | {"Authorization": order.token()}
    async with stream(port, {**order.follow, "query": query}, headers) as body:
        first = cursor_of(await body.until("\n\n"))
        await order.happen("confirmed")
        assert cursor_of(await body.until("\n\n")) != first
    async with stream(
        port, {**order.follow, "query": query}, headers | {"Last-Event-ID": first}
    ) as body:
        assert '"eventType":"order.confirmed"' in await body.until("\n\n")


async def test_an_id_of_something_else_is_refused(port: int, order: FollowedOrder) -> None:
    headers = EVENTS | {"Authorization": order.token(), "Last-Event-ID": "17"}
    async with stream(port, order.follow, headers) as body:
        assert codes(json.loads(data_of(await body.rest()))) == ["BAD_USER_INPUT"]


async def test_operations_of_one_socket_do_not_go_on_where_another_was(
    port: int, order: FollowedOrder
) -> None:
    async with socket(port) as open_:
        await open_.open(Authorization=order.token())
        await follow(open_, "1", order)
        # Its state is told first again.
        await follow(open_, "2", order)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_query_is_one_event(port: int, method: str) -> None:
    async with stream(port, TYPE_NAME, EVENTS, method=method) as body:
        assert await body.rest() == event({"data": {"__typename": "Query"}}) + COMPLETE


async def test_a_browser_may_not_cache_events_nor_a_proxy_hold_them_back(port: int) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"http://127.0.0.1:{port}/graphql", json=TYPE_NAME, headers=EVENTS
        )
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-cache, no-transform"
    assert answer.headers["X-Accel-Buffering"] == "no"


async def test_a_mutation_does_not_come_by_get(port: int) -> None:
    request = {"query": 'mutation { accountLogOut(refreshToken: "") { errors { code } } }'}
    async with stream(port, request, EVENTS, method="GET") as body:
        refused = {"message": "mutations are not allowed", "extensions": {"code": "BAD_REQUEST"}}
        assert await body.rest() == event({"errors": [refused]}) + COMPLETE


REFUSED = [
    ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{ nope }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "subscription { ordersUpdated { cursor } }"}, "UNAUTHENTICATED"),
]


@pytest.mark.parametrize(("request_", "code"), REFUSED)
async def test_a_refused_operation_is_an_event_that_ends_the_stream(
    port: int, request_: dict[str, Any], code: str
) -> None:
    async with stream(port, request_, EVENTS) as body:
        assert codes(json.loads(data_of(await body.rest()))) == [code]


@pytest.mark.parametrize(("request_", "code"), REFUSED)
async def test_a_refused_operation_is_a_part_that_ends_the_body(
    port: int, request_: dict[str, Any], code: str
) -> None:
    async with stream(port, request_, MULTIPART) as body:
        (told,) = parts(await body.rest())
        assert told.keys() == {"payload"}
        assert codes(told["payload"]) == [code]


async def test_a_false_token_is_told_in_the_stream(port: int) -> None:
    # To any other status, clients of event streams try again.
    async with stream(port, TYPE_NAME, EVENTS | {"Authorization": "Bearer false"}) as body:
        assert codes(json.loads(data_of(await body.rest()))) == ["UNAUTHENTICATED"]


async def test_a_body_that_is_no_request_gets_a_status(port: int) -> None:
    async with stream(port, {}, EVENTS, status=400) as body:
        assert codes(json.loads(await body.rest())) == ["BAD_REQUEST"]


@pytest.mark.parametrize(
    "accept",
    [
        MULTIPART["Accept"],
        "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json",
        'application/json, multipart/mixed; subscriptionspec="1.0"',
    ],
)
async def test_a_subscription_is_told_by_parts(
    port: int, order: FollowedOrder, accept: str
) -> None:
    headers = {"Accept": accept, "Authorization": order.token()}
    async with stream(port, order.follow, headers) as body:
        assert await body.until("--graphql") == "--graphql"
        told = await body.until("--graphql")
        assert told == part({"payload": update(order, told, None)})
        await order.happen("shipped")
        told = await body.until("--graphql")
        assert told == part({"payload": update(order, told, "order.shipped")})


async def test_parts_are_a_body_by_the_letter(port: int) -> None:
    async with stream(port, TYPE_NAME, MULTIPART) as body:
        answer = await body.rest()
        assert body.media_type == "multipart/mixed;boundary=graphql;subscriptionSpec=1.0"
    assert parts(answer) == [{"payload": {"data": {"__typename": "Query"}}}]


@pytest.mark.parametrize(
    "accept",
    ["multipart/mixed, application/json", "multipart/mixed;subscriptionSpec=2.0, */*"],
)
async def test_other_parts_than_apollos_are_not_sent(port: int, accept: str) -> None:
    async with stream(port, TYPE_NAME, {"Accept": accept}) as body:
        assert json.loads(await body.rest()) == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(("headers", "heartbeat"), [(EVENTS, ": ping\n\n"), (MULTIPART, part({}))])
async def test_a_stream_is_never_silent_for_long(
    port: int,
    order: FollowedOrder,
    headers: dict[str, str],
    heartbeat: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.streams.HEARTBEAT_SECONDS", 0.01)
    async with stream(port, order.follow, headers | {"Authorization": order.token()}) as body:
        await body.until(order.public_id)
        for _ in range(2):
            assert (await body.until(heartbeat)).endswith(heartbeat)
        await order.happen("delivered")
        await body.until("order.delivered")


@pytest.mark.parametrize("headers", [EVENTS, MULTIPART])
async def test_a_stream_ends_with_the_token(
    port: int, order: FollowedOrder, headers: dict[str, str]
) -> None:
    sent = headers | {"Authorization": order.token(seconds=2)}
    async with stream(port, order.follow, sent) as body:
        await body.until(order.public_id)
        assert '"extensions":{"code":"UNAUTHENTICATED"}' in await body.rest()


@pytest.mark.parametrize("headers", [EVENTS, MULTIPART])
async def test_a_stream_too_many_is_refused_until_another_ends(
    order: FollowedOrder, headers: dict[str, str]
) -> None:
    tight = order.settings.model_copy(update={"live_connections": 1})
    sent = headers | {"Authorization": order.token()}
    async with serving(tight) as port:
        async with stream(port, order.follow, sent) as body:
            await body.until(order.public_id)
            async with stream(port, order.follow, sent) as another:
                told = await another.rest()
            assert '"extensions":{"code":"TOO_MANY_CONNECTIONS","limit":1}' in told
            assert order.public_id not in told
        async with asyncio.timeout(PATIENCE):
            # The shop learns of the end of the first a moment later.
            while order.public_id not in await first_part(port, order, sent):
                pass


async def first_part(port: int, order: FollowedOrder, headers: Mapping[str, str]) -> str:
    async with stream(port, order.follow, headers) as body:
        return await body.until("}}")
