"""A shop whose orders move and are followed, by the graph of this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from app.context import OperationContext
from app.resources import Resources
from core.redis import announce
from core.viewer import Viewer
from core.wakeups import CHANNEL
from schema.graph import build_schema
from services.order_locking import locked_order
from services.order_states import OrderStatus
from services.orders import enter
from tasks.sequencer import sequence
from tests.factories import Factory
from tests.tasks.log import Log

PATIENCE = 20


class Shop:
    """An open shop whose orders move and are followed."""

    def __init__(self, resources: Resources, factory: Factory) -> None:
        self.resources = resources
        self.factory = factory
        self.schema = build_schema()

    async def order(self, account: UUID, *, merchant: UUID | None = None) -> UUID:
        product = await self.factory.product(merchant_id=merchant)
        variant = await self.factory.variant(product=product)
        return await self.factory.order({variant: 1}, account_id=account, status="pending")

    async def move(self, order_id: UUID, *statuses: str) -> None:
        """Bring an order to one state after another, each with its event, and wake who follows."""
        for status in statuses:
            async with self.resources.database.session.begin() as session:
                order, _, lines = await locked_order(session, order_id)
                await enter(session, order, lines, OrderStatus(status))
        await self.tell()

    async def happen(self, order_id: UUID, *what: str) -> None:
        """Record events that leave an order as it is, and wake who follows."""
        for each in what:
            await Log(self.resources.database).record(f"order.{each}", order_id)
        await self.tell()

    async def tell(self) -> None:
        """Give what was recorded its positions, and wake who follows."""
        await sequence(self.resources.database, {})
        await announce(self.resources.redis, CHANNEL)

    async def ask(self, viewer: Viewer, document: str, **variables: object) -> dict[str, Any]:
        answer = await self.schema.execute(
            document,
            variable_values=variables,
            context_value=OperationContext(self.resources, viewer),
        )
        assert answer.errors is None
        return answer.data or {}

    @asynccontextmanager
    async def following(
        self, viewer: Viewer, document: str, **variables: object
    ) -> AsyncIterator["Followed"]:
        context = OperationContext(self.resources, viewer)
        results = await self.schema.subscribe(
            document, variable_values=variables, context_value=context
        )
        async with aclosing(results):
            yield Followed(results)


class Followed:
    """The results of one subscription, as they come."""

    def __init__(self, results: Any) -> None:
        self.results = results

    async def next(self) -> dict[str, Any]:
        """Return the next update; one that does not come fails the test."""
        async with asyncio.timeout(PATIENCE):
            result = await anext(self.results)
        assert not result.errors, result.errors
        (update_,) = result.data.values()
        return dict(update_)

    async def error(self) -> str:
        """Return the code of the error that the subscription ends with."""
        async with asyncio.timeout(PATIENCE):
            result = await anext(self.results)
            with pytest.raises(StopAsyncIteration):
                await anext(self.results)
        (error,) = result.errors
        return str(error.extensions["code"])
