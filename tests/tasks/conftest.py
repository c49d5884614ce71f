from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from core.database import Database
from core.redis import open_redis
from core.settings import Settings
from tasks.resources import Resources, open_resources
from tests.tasks.log import Log


@pytest.fixture
async def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with an empty queue of the test's own, and a folder for its mails."""
    redis_url = (settings.redis_url or "").removesuffix("/0") + "/7"
    own = settings.model_copy(update={"redis_url": redis_url, "state_dir": tmp_path})
    async with open_redis(own) as redis:
        await redis.flushdb()
    return own


@pytest.fixture
async def redis(settings: Settings) -> AsyncIterator[Redis]:
    async with open_redis(settings) as redis:
        yield redis


@pytest.fixture
async def resources(settings: Settings) -> AsyncIterator[Resources]:
    async with open_resources(settings) as resources:
        yield resources


@pytest.fixture
def log(database: Database) -> Log:
    return Log(database)
