"""A small shop, and both engines over it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from elasticsearch import AsyncElasticsearch

from core.database import Database
from core.settings import Settings
from search.factory import open_search
from search.port import SearchEngine, SearchResult
from tests.factories import Factory

YESTERDAY = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Shop:
    """Ids of the shop's products by a short name, and of its categories."""

    products: dict[str, UUID]
    categories: dict[str, UUID]

    def names(self, result: SearchResult) -> list[str]:
        short = {id_: name for name, id_ in self.products.items()}
        return [short[hit.id] for hit in result.hits]


PRODUCTS: dict[str, dict[str, Any]] = {
    "headphones": {
        "name": "Wireless Headphones",
        "brand": "Acme",
        "category": "headphones",
        "price": 5000,
        "attributes": {"colour": ["Black"], "wireless": ["yes"]},
    },
    "studio": {
        "name": "Studio Headphones",
        "brand": "Borealis",
        "category": "headphones",
        "price": 9000,
        "stock": 0,
        "attributes": {"colour": ["Silver", "Black"]},
    },
    "mouse": {
        "name": "Wireless Mouse",
        "brand": "Acme",
        "category": "computers",
        "price": 2500,
        "attributes": {"colour": ["Black"], "wireless": ["yes"]},
    },
    "gaming": {
        "name": "Gaming Mouse",
        "brand": "Cobalt",
        "category": "computers",
        "price": 4500,
        "mpn": "GM-100/B",
        "eans": ["4006381333931"],
        "attributes": {"colour": ["Red"]},
    },
    "speakers": {
        "name": "Bookshelf Speakers",
        "brand": "Borealis",
        "category": "audio",
        "price": 20000,
        "mpn": "Studio",
        "attributes": {"colour": ["Black"]},
    },
    "radio": {
        "name": "Café & Bar Radio",
        "brand": None,
        "category": "audio",
        "price": 5000,
        "attributes": {},
    },
}


@pytest.fixture
async def shop(factory: Factory) -> Shop:
    audio = await factory.category(name="Audio")
    categories = {
        "audio": audio,
        "headphones": await factory.category(name="Headsets", parent=audio),
        "computers": await factory.category(name="Computers"),
        "empty": await factory.category(name="Audiobooks"),
    }
    products = {}
    for age, (short, values) in enumerate(PRODUCTS.items()):
        products[short] = await factory.product(
            category=categories[values["category"]],
            name=values["name"],
            brand=values["brand"],
            description="",
            attributes=values["attributes"],
            created_at=YESTERDAY - timedelta(hours=age),
        )
        await factory.variant(
            product=products[short],
            price_minor=values["price"],
            stock=values.get("stock", 5),
            mpn=values.get("mpn"),
            eans=values.get("eans", []),
        )
    await factory.product(name="Wireless Draft", status="draft", category=audio)
    return Shop(products, categories)


@pytest.fixture
async def postgresql(settings: Settings, database: Database, shop: Shop) -> SearchEngine:
    assert shop.products
    engine = open_search(settings, database)
    await engine.reindex(lambda _: None)
    return engine


@pytest.fixture
async def elasticsearch_settings(
    settings: Settings, elasticsearch_url: str
) -> AsyncIterator[Settings]:
    """Settings with an index name of the test's own, which is removed with all its indices."""
    alias = f"test-{uuid4().hex}"
    yield settings.model_copy(
        update={"elasticsearch_url": elasticsearch_url, "search_index": alias}
    )
    async with AsyncElasticsearch(elasticsearch_url) as client:
        for index in await client.indices.get(index=f"{alias}-*"):
            await client.indices.delete(index=index)


@pytest.fixture
async def elasticsearch(
    elasticsearch_settings: Settings, database: Database, shop: Shop
) -> AsyncIterator[SearchEngine]:
    assert shop.products
    engine = open_search(elasticsearch_settings, database)
    await engine.reindex(lambda _: None)
    yield engine
    await engine.close()
