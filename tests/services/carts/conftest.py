import pytest

from core.database import Database
from tests.factories import Factory
from tests.services.carts.shop import Shop


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)
