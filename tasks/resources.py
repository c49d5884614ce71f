"""What the loops and the handlers of one worker share, on its event loop."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from core.database import Database, open_database
from core.graph_runner import GraphRunner
from core.redis import open_redis
from core.sender import open_sender
from core.settings import Settings
from core.targets import Targets
from core.telemetry import start_tracing
from search.factory import open_search
from search.port import SearchEngine
from services.mail.mailer import Mailer, open_mailer
from services.payment_gateways.sandbox import SandboxGateway
from services.payments import PaymentGateway
from services.webhooks.sending import Post


@dataclass(frozen=True)
class Servers:
    """Clients of the servers that a worker shares with who runs documents for it."""

    settings: Settings
    database: Database
    redis: Redis
    search: SearchEngine
    payments: PaymentGateway


MakeGraph = Callable[[Servers], GraphRunner]


@dataclass(frozen=True)
class Resources:
    settings: Settings
    database: Database
    redis: Redis
    search: SearchEngine
    mailer: Mailer
    payments: PaymentGateway
    post: Post


@asynccontextmanager
async def open_resources(settings: Settings, make_graph: MakeGraph) -> AsyncIterator[Resources]:
    """Open clients of every server; none is asked yet, so a server that is away does not matter.

    `make_graph` gives what runs the documents of webhooks, with the same clients.
    """
    async with AsyncExitStack() as stack:
        if (tracing := start_tracing(settings)) is not None:
            stack.callback(tracing.shutdown)
        database = open_database(settings)
        stack.push_async_callback(database.close)
        redis = open_redis(settings)
        stack.push_async_callback(redis.aclose)
        search = open_search(settings, database)
        stack.push_async_callback(search.close)
        mailer = open_mailer(settings)
        payments = SandboxGateway(database, settings.sandbox_payment_seconds)
        graph = make_graph(Servers(settings, database, redis, search, payments))
        sender = await stack.enter_async_context(open_sender(Targets.of(settings)))
        post = Post(settings, sender, graph)
        yield Resources(settings, database, redis, search, mailer, payments, post)
