"""Orders followed through the client, over lines that break and tokens that end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis

from client import ShopClient, ShopError
from client import shop as client_module
from core.database import Database
from core.ids import encode_id
from core.redis import announce, open_redis
from core.settings import Settings
from core.tokens import AccessTokens
from core.viewer import Viewer
from core.wakeups import CHANNEL
from services.order_states import OrderStatus
from services.orders import move
from tasks.sequencer import sequence
from tests.buying import Shop
from tests.client.conftest import Line
from tests.client.test_sessions import expired, registered
from tests.tasks.log import until

pytestmark = pytest.mark.anyio

PATIENCE = 20
ADMIN = Viewer(UUID(int=1), "admin")


class Watched:
    """An order of the client's account, which moves while it is followed."""

    def __init__(
        self, shop: Shop, redis: Redis, client: ShopClient, account: UUID, order_id: UUID
    ) -> None:
        self.account = account
        self.id = encode_id("order", order_id)
        self._shop = shop
        self._redis = redis
        self._client = client
        self._order_id = order_id

    async def becomes(self, status: OrderStatus) -> None:
        async with self._shop.transaction() as session:
            await move(session, ADMIN, self._order_id, status, None)
        await sequence(self._shop.database, {})
        await announce(self._redis, CHANNEL)

    @asynccontextmanager
    async def followed(self, after: str | None = None) -> AsyncIterator["Followed"]:
        async with aclosing(self._client.follow_order(self.id, after)) as updates:
            yield Followed(updates)


class Followed:
    def __init__(self, updates: Any) -> None:
        self._updates = updates
        self.cursor = ""

    async def next(self) -> tuple[str | None, str]:
        """Return the event and the status of the next update; one that does not come fails."""
        async with asyncio.timeout(PATIENCE):
            update = await anext(self._updates)
        self.cursor = update.cursor
        return update.event_type, update.order.status


@pytest.fixture
async def watched(
    client: ShopClient, shop: Shop, database: Database, settings: Settings
) -> AsyncIterator[Watched]:
    account = await registered(client)
    bought = await shop.buy(await shop.basket({await shop.variant(): 1}, account=account))
    await sequence(database, {})
    async with open_redis(settings) as redis:
        yield Watched(shop, redis, client, account, bought.order_id)


async def test_an_order_is_told_as_it_is_and_then_as_it_moves(watched: Watched) -> None:
    async with watched.followed() as order:
        assert await order.next() == (None, "CONFIRMED")
        await watched.becomes(OrderStatus.SHIPPED)
        assert await order.next() == ("order.shipped", "SHIPPED")
        await watched.becomes(OrderStatus.DELIVERED)
        assert await order.next() == ("order.delivered", "DELIVERED")


async def test_it_goes_on_after_a_cursor(watched: Watched) -> None:
    async with watched.followed() as order:
        await order.next()
        cursor = order.cursor
    await watched.becomes(OrderStatus.SHIPPED)
    await watched.becomes(OrderStatus.DELIVERED)
    async with watched.followed(cursor) as order:
        assert [await order.next(), await order.next()] == [
            ("order.shipped", "DELIVERED"),
            ("order.delivered", "DELIVERED"),
        ]


async def test_a_cut_line_loses_and_repeats_nothing(watched: Watched, line: Line) -> None:
    async with watched.followed() as order:
        await order.next()
        connections = line.connections
        line.cut()
        await watched.becomes(OrderStatus.SHIPPED)
        assert await order.next() == ("order.shipped", "SHIPPED")
        line.cut()
        await watched.becomes(OrderStatus.DELIVERED)
        assert await order.next() == ("order.delivered", "DELIVERED")
        assert line.connections == connections + 2


async def test_a_token_that_ended_is_renewed_when_the_line_breaks(
    watched: Watched, client: ShopClient, settings: Settings, line: Line
) -> None:
    async with watched.followed() as order:
        await order.next()
        client.credentials.access_token = expired(settings, watched.account)
        line.cut()
        await watched.becomes(OrderStatus.SHIPPED)
        assert await order.next() == ("order.shipped", "SHIPPED")


async def test_a_token_that_ends_while_it_is_followed_is_renewed(
    watched: Watched, client: ShopClient, settings: Settings
) -> None:
    assert settings.secret_key is not None
    brief = AccessTokens(
        settings.secret_key.get_secret_value(), previous=[], lifetime=timedelta(seconds=1)
    )
    ends = brief.issue(watched.account, "customer").text
    client.credentials.access_token = ends
    async with watched.followed() as order:
        await order.next()
        coming = asyncio.create_task(order.next())

        async def renewed() -> bool:
            return client.credentials.access_token != ends

        await until(renewed)
        await watched.becomes(OrderStatus.SHIPPED)
        assert await coming == ("order.shipped", "SHIPPED")


async def test_a_shop_that_stays_away_is_told(
    watched: Watched, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "_PAUSES", (0.0, 0.0))
    async with watched.followed() as order:
        await order.next()
        line.close()
        with pytest.raises(ShopError) as lost:
            await order.next()

    assert lost.value.code == "UNREACHABLE"


async def test_the_order_of_somebody_else_is_not_there(watched: Watched, line: Line) -> None:
    async with ShopClient(line.url) as stranger:
        with pytest.raises(ShopError) as refused:
            await anext(stranger.follow_order(watched.id))

    assert refused.value.code == "ORDER_NOT_FOUND"
