from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from app.graph_runner import graph_of_worker
from core.database import Database
from core.redis import open_redis
from core.settings import Settings
from tasks.resources import Resources, open_resources
from tests.core.receiver import OK, receiver
from tests.factories import Factory
from tests.tasks.log import Log
from tests.tasks.webhooks import Hook


@pytest.fixture
async def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with an empty queue of the test's own, a folder for its mails, and webhooks here."""
    redis_url = (settings.redis_url or "").removesuffix("/0") + "/7"
    own = settings.model_copy(
        update={"redis_url": redis_url, "state_dir": tmp_path, "webhook_private_targets": True}
    )
    async with open_redis(own) as redis:
        await redis.flushdb()
    return own


@pytest.fixture
async def redis(settings: Settings) -> AsyncIterator[Redis]:
    async with open_redis(settings) as redis:
        yield redis


@pytest.fixture
async def resources(settings: Settings) -> AsyncIterator[Resources]:
    async with open_resources(settings, graph_of_worker) as resources:
        yield resources


@pytest.fixture
def log(database: Database) -> Log:
    return Log(database)


@pytest.fixture
async def hook(resources: Resources, log: Log, factory: Factory) -> AsyncIterator[Hook]:
    """An endpoint that wants every event, and a receiver that takes what it is sent."""
    async with receiver(OK) as listening:
        endpoint = await factory.webhook(url=listening.url(), owner_email="ops@acme.example")
        yield Hook(resources, log, listening, endpoint)
