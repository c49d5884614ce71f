"""The one shop that all ways serve: the icecat catalogue, with customers, orders and carts."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import asyncpg
from pydantic import SecretStr

from app.resources import Resources, open_resources
from benchmarks.graph.documents import DOCUMENTS
from benchmarks.graph.rows import (
    Article,
    Connection,
    GuestCart,
    customers,
    stock_articles,
    stocked_articles,
    write_carts,
    write_customers,
    write_orders,
)
from core.ids import encode_id
from core.migrations import migrate
from core.settings import Settings
from services import api_keys
from services.api_keys import KeyTerms
from services.catalog_import import import_catalogue, open_lines
from services.documents import assessed, publish

CLIENT = "benchmark"
# Budgets stay on, and count; only what a minute may cost is raised.
BUDGET = 10**12
CUSTOMERS = 100
ORDERS_EACH = 25
CARTS = 500
LINES = 5
CATEGORY = "cables-usb-cables"


@dataclass(frozen=True)
class Shop:
    """What requests can ask for; `tokens` are of customers with 25 orders each."""

    settings: Settings
    connection: Connection
    pick: Random
    api_key: str
    tokens: Sequence[str]
    category: str
    products: Sequence[str]
    articles: Sequence[Article]
    carts: Sequence[GuestCart]

    async def fresh_carts(self, count: int) -> list[GuestCart]:
        return await _carts(self.connection, self.pick, self.articles, count)


def benchmark_settings(server: Settings, spans: str) -> Settings:
    """Return settings of production, but for what one client may spend."""
    own = {
        "secret_key": SecretStr(secrets.token_urlsafe(32)),
        "budget_per_minute": BUDGET,
        # Tokens are handed out once, before a run that takes longer than they usually last.
        "access_token_minutes": 120,
        "log_format": "json",
        "otlp_endpoint": spans,
    }
    return server.model_copy(update=own)


@asynccontextmanager
async def prepared_shop(settings: Settings, data: Path) -> AsyncIterator[Shop]:
    """Fill the database from the folder of the icecat data, if it is empty."""
    connection = await asyncpg.connect(settings.database_url)
    pick = Random(8)  # noqa: S311 - The same picks in every run; none is a secret.
    try:
        async with open_resources(settings) as resources:
            await migrate(resources.database)
            if not await connection.fetchval("SELECT true FROM products LIMIT 1"):
                await _fill(resources, connection, data, pick)
            shop = await _opened(resources, connection, pick)
        # Of what was written just now, nothing is left to do while others are measured.
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
        yield shop
    finally:
        await connection.close()


async def _fill(resources: Resources, connection: Connection, data: Path, pick: Random) -> None:
    await import_catalogue(resources.database, open_lines(data / "catalog.jsonl.gz"))
    await resources.search.reindex(lambda _: None)
    await stock_articles(connection)
    await write_customers(connection, CUSTOMERS)
    articles = await stocked_articles(connection)
    await write_orders(connection, await customers(connection) * ORDERS_EACH, articles, pick)


async def _opened(resources: Resources, connection: Connection, pick: Random) -> Shop:
    """Hand out keys, tokens and carts of a shop that is filled."""
    articles = await stocked_articles(connection)
    category = await connection.fetchval("SELECT id FROM categories WHERE slug = $1", CATEGORY)
    products = await connection.fetch("SELECT id FROM products ORDER BY slug")
    tokens = resources.access_tokens
    return Shop(
        settings=resources.settings,
        connection=connection,
        pick=pick,
        api_key=await _partner_key(resources),
        tokens=[tokens.issue(each, "customer").text for each in await customers(connection)],
        category=encode_id("category", category),
        products=[encode_id("product", each["id"]) for each in products],
        articles=articles,
        carts=await _carts(connection, pick, articles, CARTS),
    )


async def _partner_key(resources: Resources) -> str:
    """Make the key of a partner who has published the documents."""
    key = api_keys.new_key()
    async with resources.database.session.begin() as session:
        await api_keys.create(session, key, KeyTerms(CLIENT, budget=BUDGET))
        judged = assessed(list(DOCUMENTS.values()), resources.assessor.assess)
        await publish(session, CLIENT, judged)
    return key


async def _carts(
    connection: Connection, pick: Random, articles: Sequence[Article], count: int
) -> list[GuestCart]:
    return await write_carts(connection, [pick.sample(articles, LINES) for _ in range(count)])
