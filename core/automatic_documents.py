"""Automatic persisted queries: documents that are remembered for a day by their hash."""

import asyncio

from loguru import logger
from redis.asyncio import Redis
from redis.exceptions import RedisError

KEPT_SECONDS = 86_400
# Asking is to save a client some bytes, and nobody waits longer for that.
_PATIENCE_SECONDS = 0.2


class RedisDocuments:
    """Keeps texts in Redis; where it is away, nothing is known, and clients send the text again."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._redis, self._namespace = redis, namespace

    async def find(self, sha256: bytes) -> str | None:
        """Return the text that was sent with this hash within a day, and keep it a day longer."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                text = await self._redis.getex(self._name(sha256), ex=KEPT_SECONDS)
        except (RedisError, OSError) as error:
            logger.debug("an automatic document cannot be read: {}", error)
            return None
        return text.decode() if isinstance(text, bytes) else text

    async def keep(self, sha256: bytes, text: str) -> None:
        """Remember a text by its hash for a day."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._redis.set(self._name(sha256), text, ex=KEPT_SECONDS)
        except (RedisError, OSError) as error:
            logger.debug("an automatic document cannot be kept: {}", error)

    def _name(self, sha256: bytes) -> str:
        return f"{self._namespace}:document:{sha256.hex()}"
