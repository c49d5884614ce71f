"""What sockets are held to: their number, idle time and origin, and the end of the token."""

import asyncio
from uuid import uuid4

import pytest
from pydantic import ValidationError
from websockets.exceptions import InvalidStatus

from core.reads import Order, Page
from core.settings import Settings
from core.tokens import AccessTokens
from loaders.products import ProductRow
from tests.client.conftest import serving
from tests.live import FollowedOrder
from tests.sockets import INIT, follow, socket

pytestmark = pytest.mark.anyio


async def test_an_operation_too_many_is_refused(order: FollowedOrder) -> None:
    tight = order.settings.model_copy(update={"socket_operations": 2})
    async with serving(tight) as port, socket(port) as open_:
        await open_.open(Authorization=order.token())
        await follow(open_, "1", order)
        await follow(open_, "2", order)
        await open_.subscribe("3")
        assert await open_.error() == ("3", "TOO_MANY_OPERATIONS")
        await open_.send({"id": "1", "type": "complete"})
        await follow(open_, "3", order)


async def test_as_many_operations_run_as_are_set(order: FollowedOrder) -> None:
    wide = order.settings.model_copy(update={"socket_operations": 101})
    async with serving(wide) as port, socket(port) as open_:
        await open_.open(Authorization=order.token())
        for number in range(102):
            await open_.subscribe(str(number), order.follow)
        said = [await open_.hear() for _ in range(102)]
    assert [each["id"] for each in said if each["type"] == "error"] == ["101"]


async def test_a_connection_too_many_of_an_account_closes_with_4429(order: FollowedOrder) -> None:
    tight = order.settings.model_copy(update={"live_connections": 1})
    other = AccessTokens.of(order.settings).issue(uuid4(), "customer").text
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


async def test_those_without_an_account_are_counted_by_their_address(order: FollowedOrder) -> None:
    tight = order.settings.model_copy(update={"live_connections": 1})
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


async def test_a_socket_is_closed_when_nothing_runs_on_it_for_long(order: FollowedOrder) -> None:
    hasty = order.settings.model_copy(update={"socket_idle_seconds": 0.3})
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
    port: int, order: FollowedOrder
) -> None:
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


async def test_pages_of_the_api_and_of_listed_sites_may_open_sockets(order: FollowedOrder) -> None:
    listed = order.settings.model_copy(update={"websocket_origins": ["https://shop.example"]})
    async with serving(listed) as port:
        for origin in (None, f"http://127.0.0.1:{port}", "https://shop.example"):
            async with socket(port, origin=origin) as open_:
                await open_.open()


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://shop.example", "https://shop.example:444", "null", ""],
)
async def test_a_page_of_another_site_is_refused_before_the_accept(
    order: FollowedOrder, origin: str
) -> None:
    listed = order.settings.model_copy(update={"websocket_origins": ["https://shop.example"]})
    async with serving(listed) as port:
        with pytest.raises(InvalidStatus) as refused:
            async with socket(port, origin=origin):
                pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["*", "shop.example", "https://shop.example/path"])
def test_what_is_no_origin_is_no_setting(origin: str) -> None:
    with pytest.raises(ValidationError):
        Settings(websocket_origins=[origin])
