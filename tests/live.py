"""A shop whose orders are followed live."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from core.database import Database, open_database
from core.ids import encode_id
from core.redis import announce, open_redis
from core.settings import Settings
from core.tokens import AccessTokens
from core.wakeups import CHANNEL
from services.events import record
from tasks.sequencer import sequence
from tests.conftest import fresh_database
from tests.factories import Factory
from tests.tasks.log import Anything, happening

FOLLOW = """
subscription Follow($id: ID!, $after: String) {
  orderUpdated(id: $id, after: $after) { cursor eventType order { id } }
}
"""


@dataclass(frozen=True)
class FollowedOrder:
    """An order and its customer, who may follow it."""

    settings: Settings
    database: Database
    redis: Redis
    customer: UUID
    id: UUID

    @property
    def public_id(self) -> str:
        return encode_id("order", self.id)

    @property
    def follow(self) -> dict[str, Any]:
        """The subscription to it, as the body of a request."""
        return {"query": FOLLOW, "variables": {"id": self.public_id}}

    async def happen(self, what: str) -> None:
        """Tell of it in the log of events, and wake those who follow it."""
        async with self.database.session.begin() as session:
            await record(session, happening(f"order.{what}"), self.id, Anything())
        await sequence(self.database, {})
        await announce(self.redis, CHANNEL)

    def token(self, seconds: int = 900) -> str:
        """Return what the customer sends as `Authorization`, good for so long at most."""
        assert self.settings.secret_key is not None
        key = self.settings.secret_key.get_secret_value()
        tokens = AccessTokens(key, previous=[], lifetime=timedelta(seconds=seconds))
        return "Bearer " + tokens.issue(self.customer, "customer").text


@asynccontextmanager
async def followed_order(servers: Settings, template: str) -> AsyncIterator[FollowedOrder]:
    """Write an order in a database of its own."""
    async with fresh_database(servers, template) as settings, open_redis(settings) as redis:
        database = open_database(settings)
        factory = Factory(database)
        customer = await factory.account()
        variant = await factory.variant(product=await factory.product(name="Mug"))
        order = await factory.order({variant: 1}, account_id=customer, status="pending")
        yield FollowedOrder(settings, database, redis, customer, order)
        await database.close()
