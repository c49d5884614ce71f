"""The shop on a socket of this process, with an order that is followed live."""

from collections.abc import AsyncIterator

import pytest

from core.settings import Settings
from tests.client.conftest import serving
from tests.live import FollowedOrder, followed_order


@pytest.fixture(scope="module")
async def order(servers: Settings, template: str) -> AsyncIterator[FollowedOrder]:
    async with followed_order(servers, template) as order:
        yield order


@pytest.fixture(scope="module")
async def port(order: FollowedOrder) -> AsyncIterator[int]:
    """Where the shop of the order answers."""
    async with serving(order.settings) as port:
        yield port


@pytest.fixture
def on_servers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The command line finds the test's own servers, and starts none."""
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    return settings
