import asyncio

from loguru import logger
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.settings import Settings

# A writer says here that it committed events, which have no position yet.
NUDGES = "pyshop:nudges"
# No one waits longer to give a hint.
_HINT_SECONDS = 0.2


def open_redis(settings: Settings) -> Redis:
    if settings.redis_url is None:
        raise ValueError("Redis has no URL")
    return Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=5)


async def announce(redis: Redis, channel: str, message: str = "") -> None:
    """Publish a hint; where Redis is away it is lost, and who waits for it polls anyway."""
    try:
        async with asyncio.timeout(_HINT_SECONDS):
            await redis.publish(channel, message)
    except (RedisError, OSError) as error:
        logger.debug("a hint on {} is lost: {}", channel, error)


async def nudge(redis: Redis) -> None:
    """Have the sequencer look at once instead of at its next poll; call it after a commit."""
    await announce(redis, NUDGES)
