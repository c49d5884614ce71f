from redis.asyncio import Redis

from core.settings import Settings


def open_redis(settings: Settings) -> Redis:
    if settings.redis_url is None:
        raise ValueError("Redis has no URL")
    return Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=5)
