"""The one place that opens and closes what lives as long as the process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import asyncpg
from loguru import logger
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.connections import OpenConnections
from core.automatic_documents import RedisDocuments
from core.budgets import Budgets
from core.database import Database, open_database
from core.document_store import AutomaticDocuments
from core.errors import SetupError
from core.redis import HINT_SECONDS, HeldConnections, open_redis
from core.settings import Settings
from core.targets import Targets
from core.telemetry import start_tracing
from core.tokens import AccessTokens
from core.wakeups import Wakeups
from execution.assessment import Assessor
from execution.limits import Limits
from loaders.event_hub import EventHub
from schema.graph import build_schema
from search.factory import open_search
from search.port import SearchEngine
from services.api_keys import StoredKeys
from services.payment_gateways.sandbox import SandboxGateway
from services.payments import PaymentGateway
from services.stored_documents import StoredDocuments

_NUDGES_AT_ONCE = 4
# A process that crashes loses the uses of so long.
_COUNTED_SECONDS = 10.0


@dataclass(frozen=True)
class Resources:
    settings: Settings
    database: Database
    redis: Redis
    search: SearchEngine
    event_hub: EventHub
    payments: PaymentGateway
    documents: StoredDocuments
    api_keys: StoredKeys

    @cached_property
    def access_tokens(self) -> AccessTokens:
        """Issues and reads tokens; only who serves has the key for it."""
        return AccessTokens.of(self.settings)

    @cached_property
    def automatic_documents(self) -> AutomaticDocuments | None:
        """Where texts are kept that clients send with their hashes, if they may."""
        if not self.settings.automatic_persisted_queries:
            return None
        return RedisDocuments(self.redis, self.settings.redis_namespace)

    @cached_property
    def budgets(self) -> Budgets:
        """Counts what the viewers spend, in all processes."""
        return Budgets(self.redis, self.settings.redis_namespace)

    @cached_property
    def nudges(self) -> HeldConnections:
        """On these the sequencer is told of what was committed."""
        return HeldConnections(self.redis, _NUDGES_AT_ONCE, HINT_SECONDS)

    @cached_property
    def assessor(self) -> Assessor:
        """Judges documents by the whole graph, in a subgraph too; it takes a second to make."""
        graph = build_schema().core
        return Assessor(graph, self.limits, self.settings.staff_maximum_cost)

    @cached_property
    def targets(self) -> Targets:
        """Where partners may have their events sent to."""
        return Targets.of(self.settings)

    @cached_property
    def refresh_lifetime(self) -> timedelta:
        return timedelta(days=self.settings.refresh_token_days)

    @cached_property
    def limits(self) -> Limits:
        """How large a document may be."""
        settings = self.settings
        return Limits(settings.maximum_depth, settings.maximum_tokens, settings.maximum_fields)

    @cached_property
    def connections(self) -> OpenConnections:
        """Counts what the viewers keep open in this process."""
        return OpenConnections(self.settings.live_connections)


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """Open clients of every server; none is asked yet, so a server that is away does not matter."""
    async with AsyncExitStack() as stack:
        if (tracing := start_tracing(settings)) is not None:
            stack.callback(tracing.shutdown)
        database = open_database(settings)
        stack.push_async_callback(database.close)
        redis = open_redis(settings)
        stack.push_async_callback(redis.aclose)
        search = open_search(settings, database)
        stack.push_async_callback(search.close)
        wakeups = Wakeups(redis)
        event_hub = EventHub(database, wakeups)
        for work in (wakeups.listen(), event_hub.run()):
            stack.push_async_callback(cancelled, asyncio.create_task(work))
        payments = SandboxGateway(database, settings.sandbox_payment_seconds)
        documents, api_keys = StoredDocuments(database), StoredKeys(database)
        stack.push_async_callback(_write_uses, documents)
        counting = asyncio.create_task(_write_uses_now_and_then(documents))
        stack.push_async_callback(cancelled, counting)
        yield Resources(settings, database, redis, search, event_hub, payments, documents, api_keys)


async def check_database(resources: Resources) -> None:
    """Raise SetupError, one sentence for the operator, where PostgreSQL cannot be used."""
    try:
        await resources.database.fetch(text("SELECT 1"), {})
    except (SQLAlchemyError, OSError, asyncpg.PostgresError) as error:
        raise SetupError(f"PostgreSQL cannot be used: {error}") from error


async def _write_uses_now_and_then(documents: StoredDocuments) -> None:
    while True:
        await asyncio.sleep(_COUNTED_SECONDS)
        await _write_uses(documents)


async def _write_uses(documents: StoredDocuments) -> None:
    try:
        await documents.write_uses()
    except (SQLAlchemyError, OSError, asyncpg.PostgresError) as error:
        logger.warning("the uses of documents cannot be written yet: {}", error)


async def cancelled(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end."""
    # The Redis client may take a cancellation in the middle of a command for its own time-out.
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.1)
