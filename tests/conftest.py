"""Real servers for the whole run, and a database of its own for each test."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import ClauseElement, Dialect, Engine, Executable, event, make_url
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.compiler import SQLCompiler

import core.statements
from app.main import create_app
from core.database import Database, open_database
from core.embedded.servers import embedded_servers
from core.migrations import migrate
from core.read_pool import ReadPool
from core.settings import Settings
from core.statements import Statement
from core.tokens import AccessTokens
from services import stored_documents
from tests.elasticsearch.node import ElasticsearchUnavailableError, Node, start
from tests.factories import Factory
from tests.graph import Graph
from tests.node import require_node

TEMPLATE = "pyshop_template"

AsAccount = Callable[..., Awaitable[Graph]]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def servers() -> Iterator[Settings]:
    """PostgreSQL without fsync and Valkey, thrown away after the run."""
    with TemporaryDirectory(prefix="pyshop-") as folder:
        # Run by root, PostgreSQL is another user, who must get through to its data.
        Path(folder).chmod(0o711)
        with embedded_servers(Settings(state_dir=Path(folder)), durable=False) as settings:
            yield settings


def on_database(settings: Settings, name: str) -> Settings:
    url = make_url(settings.database_url or "").set(database=name)
    own = {
        "database_url": url.render_as_string(hide_password=False),
        "database_pool_size": 10,
        "redis_namespace": name,
        "secret_key": SecretStr("the tests sign their tokens with it"),
    }
    return settings.model_copy(update=own)


async def run_on_server(settings: Settings, statement: str) -> None:
    connection = await asyncpg.connect(settings.database_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def template(servers: Settings, anyio_backend: str) -> str:
    """A migrated database that the tests' own are copied from, which takes a tenth of migrating."""
    assert anyio_backend == "asyncio"
    await run_on_server(servers, f"CREATE DATABASE {TEMPLATE}")
    database = open_database(on_database(servers, TEMPLATE))
    await migrate(database)
    await database.close()
    return TEMPLATE


@asynccontextmanager
async def fresh_database(servers: Settings, template: str) -> AsyncIterator[Settings]:
    name = f"test_{uuid4().hex}"
    await run_on_server(servers, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield on_database(servers, name)
    await run_on_server(servers, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def settings(servers: Settings, template: str) -> AsyncIterator[Settings]:
    """Settings that name a fresh, migrated, empty database and no Elasticsearch."""
    async with fresh_database(servers, template) as settings:
        yield settings


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = open_database(settings)
    yield database
    await database.close()


@pytest.fixture
def factory(database: Database) -> Factory:
    return Factory(database)


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The whole API in this process; errors inside it answer as they do in production."""
    async with serving(settings) as client:
        yield client


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://shop") as client,
    ):
        yield client


@pytest.fixture
def graph(api: httpx.AsyncClient) -> Graph:
    return Graph(api)


@pytest.fixture
def as_account(graph: Graph, factory: Factory, settings: Settings) -> AsAccount:
    """Asks as an account of the given role: a new one, or the one with the given `id`."""
    return asking(graph, factory, settings)


def asking(graph: Graph, factory: Factory, settings: Settings) -> AsAccount:
    tokens = AccessTokens.of(settings)

    async def ask(role: str = "customer", id: UUID | None = None, **values: Any) -> Graph:  # noqa: A002 - the column.
        account_id = id or await factory.account(role=role, **values)
        return graph.as_(tokens.issue(account_id, role).text)

    return ask


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The SQL of every read that the API makes, in order, but for what it asks by itself."""
    seen: list[str] = []
    fetch = Database.fetch

    async def recorded(
        self: Database, statement: Statement | Executable, params: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        if statement is not stored_documents.NEW:
            seen.append(str(statement))
        return await fetch(self, statement, params)

    monkeypatch.setattr(Database, "fetch", recorded)
    return seen


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The SQL of every SELECT that is compiled, for many runs or for one."""
    seen: list[str] = []
    compile_ = core.statements._compiled  # noqa: SLF001 - All compiling comes through it.

    def recorded(select: ClauseElement, dialect: Dialect) -> SQLCompiler:
        seen.append(str(select))
        return compile_(select, dialect)

    monkeypatch.setattr(core.statements, "_compiled", recorded)
    return seen


@contextmanager
def recording(database: Database | None = None) -> Iterator[list[str]]:
    """Yield the SQL of everything that is sent from now on, but for BEGIN and COMMIT, in order.

    It is what this process sends, or only what is sent through `database`; but never the look for
    new documents, which comes every five seconds whatever is asked meanwhile.
    """
    seen: list[str] = []
    fetch = ReadPool.fetch
    engine = Engine if database is None else database.engine.sync_engine

    def record(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    async def recorded(
        self: ReadPool, sql: str, arguments: Sequence[Any]
    ) -> Sequence[Sequence[Any]]:
        if sql != stored_documents.NEW.sql and (database is None or self is database.reads):
            seen.append(sql)
        return await fetch(self, sql, arguments)

    event.listen(engine, "before_cursor_execute", record)
    run = Statement.run

    async def ran(
        self: Statement, session: AsyncSession, params: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        before = len(seen)
        rows = await run(self, session, params)
        # The first of a transaction was recorded as SQLAlchemy ran it.
        if len(seen) == before and (database is None or session.bind is database.engine):
            seen.append(self.sql)
        return rows

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReadPool, "fetch", recorded)
        patch.setattr(Statement, "run", ran)
        yield seen
    event.remove(engine, "before_cursor_execute", record)


@pytest.fixture
def all_statements(database: Database) -> Iterator[list[str]]:
    """The SQL of everything that is sent through `database`, writes included, in order."""
    with recording(database) as seen:
        yield seen


@pytest.fixture
def sent() -> Iterator[list[str]]:
    """The SQL of everything that this process sends, in order, but for BEGIN and COMMIT."""
    with recording() as seen:
        yield seen


@pytest.fixture(scope="session", autouse=True)
def elasticsearch_node(request: pytest.FixtureRequest) -> Iterator[Node | str | None]:
    """Start Elasticsearch at once where any test wants it, so that it boots while others run."""
    wanted = any("elasticsearch_url" in item.fixturenames for item in request.session.items)  # type: ignore[attr-defined]
    if not wanted:
        yield None
        return
    try:
        node = start()
    except ElasticsearchUnavailableError as error:
        yield str(error)
        return
    yield node
    node.stop()


@pytest.fixture(scope="session")
def elasticsearch_url(elasticsearch_node: Node | str | None) -> str:
    """A real Elasticsearch; PYSHOP_REQUIRE_ELASTICSEARCH=1 turns the skip into a failure."""
    if isinstance(elasticsearch_node, Node):
        return elasticsearch_node.url()
    reason = f"Elasticsearch tests need a server: {elasticsearch_node}"
    if os.environ.get("PYSHOP_REQUIRE_ELASTICSEARCH") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def node() -> None:
    """Node and the packages of tests/node, for tests that run its scripts."""
    require_node()


@pytest.fixture(scope="session")
def icecat() -> Path:
    """The folder of the real catalogue; PYSHOP_REQUIRE_DATA=1 turns the skip into a failure."""
    folder = Path(os.environ.get("PYSHOP_DATA", "../shared/data")) / "icecat"
    if folder.is_dir():
        return folder
    reason = "tests on the real catalogue need PYSHOP_DATA to name the folder of the data sets"
    if os.environ.get("PYSHOP_REQUIRE_DATA") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
