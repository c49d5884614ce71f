from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from app.resources import open_resources
from core.settings import Settings
from core.viewer import Viewer
from tests.factories import Factory
from tests.schema.live.following import Shop


@pytest.fixture
async def shop(settings: Settings, factory: Factory) -> AsyncIterator[Shop]:
    async with open_resources(settings) as resources:
        yield Shop(resources, factory)


@pytest.fixture
async def customer(factory: Factory) -> Viewer:
    return Viewer(await factory.account(), "customer")


@pytest.fixture
async def order(shop: Shop, customer: Viewer) -> UUID:
    assert customer.account_id is not None
    return await shop.order(customer.account_id)
