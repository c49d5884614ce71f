from collections.abc import AsyncIterator, Iterator

import pytest

from core.database import open_database
from core.settings import Settings
from tests.conftest import fresh_database
from tests.gateways.market import Market, open_market, roomy
from tests.gateways.processes import Doors, doors_to


@pytest.fixture(scope="package")
async def deployed(servers: Settings, template: str) -> AsyncIterator[Settings]:
    """The settings of every process of these tests, which share a database."""
    async with fresh_database(servers, template) as settings:
        yield roomy(settings)


@pytest.fixture(scope="package")
async def market(deployed: Settings) -> Market:
    database = open_database(deployed)
    market = await open_market(deployed, database)
    await database.close()
    return market


@pytest.fixture(scope="package")
def doors(
    node: None, deployed: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Doors]:
    del node
    with doors_to(deployed, tmp_path_factory.mktemp("gateways")) as doors:
        yield doors
