import pytest

from core.database import Database
from tests.factories import Factory
from tests.services.catalog.shop import Shop, open_shop


@pytest.fixture
async def shop(database: Database, factory: Factory) -> Shop:
    return await open_shop(database, factory)
