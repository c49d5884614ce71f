from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Executable

from core.database import Database
from core.ids import encode_id
from core.settings import Settings
from search.factory import open_search
from services.api_keys import WEBHOOKS
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph, PartnerGraph
from tests.services.catalog.shop import Shop, open_shop

Execute = Callable[[Executable], Awaitable[Any]]


@pytest.fixture
def execute(database: Database) -> Execute:
    """Runs a statement in a transaction of its own, for what the factory does not write."""

    async def run(statement: Executable) -> None:
        async with database.engine.begin() as connection:
            await connection.execute(statement)

    return run


async def reindex(settings: Settings, database: Database) -> None:
    """Let the shop's search engine find what stands in the database."""
    search = open_search(settings, database)
    await search.reindex(lambda _done: None)
    await search.close()


@pytest.fixture
async def shop(database: Database, factory: Factory) -> Shop:
    return await open_shop(database, factory)


@pytest.fixture
async def merchant(shop: Shop, as_account: AsAccount) -> Graph:
    """The merchant of the shop's mug."""
    return await as_account("merchant", shop.merchant.account_id)


@pytest.fixture
async def acme(graph: Graph, factory: Factory) -> Graph:
    """A partner that may keep endpoints of webhooks."""
    return PartnerGraph(graph.api, factory, await factory.api_key("acme", WEBHOOKS))


@pytest.fixture
async def bolt(graph: Graph, factory: Factory) -> Graph:
    """Another one."""
    return PartnerGraph(graph.api, factory, await factory.api_key("bolt", WEBHOOKS), "bolt")


@pytest.fixture
async def endpoint(factory: Factory) -> str:
    """The id of an endpoint of acme's."""
    return encode_id("webhook", await factory.webhook())
