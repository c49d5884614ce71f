from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from core.redis import open_redis
from core.settings import Settings


@pytest.fixture
async def redis(servers: Settings) -> AsyncIterator[Redis]:
    async with open_redis(servers) as redis:
        yield redis
