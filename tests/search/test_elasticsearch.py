"""What only Elasticsearch needs: its index is another server's, behind an alias."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from elasticsearch import AsyncElasticsearch, NotFoundError
from sqlalchemy import update

from core.database import Database
from core.errors import SetupError
from core.settings import Settings
from models import Product
from search.documents import read_documents
from search.elasticsearch.writing import begin_rebuild, building, finish_rebuild, write
from search.factory import open_search
from search.port import SearchEngine, SearchRequest, SearchUnavailable
from tests.search.conftest import Shop

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(elasticsearch_url: str) -> AsyncIterator[AsyncElasticsearch]:
    async with AsyncElasticsearch(elasticsearch_url) as client:
        yield client


@pytest.fixture
def alias(elasticsearch_settings: Settings) -> str:
    return elasticsearch_settings.search_index


async def names_found(engine: SearchEngine, shop: Shop, text: str) -> list[str]:
    result = await engine.search(SearchRequest(text))
    return sorted(shop.names(result))


async def indices(client: AsyncElasticsearch, alias: str) -> list[str]:
    return list(await client.indices.get(index=f"{alias}-*"))


async def rename(database: Database, shop: Shop, short: str, name: str) -> None:
    async with database.session.begin() as session:
        await session.execute(
            update(Product).where(Product.id == shop.products[short]).values(name=name)
        )


async def set_status(database: Database, shop: Shop, short: str, status: str) -> None:
    async with database.session.begin() as session:
        await session.execute(
            update(Product).where(Product.id == shop.products[short]).values(status=status)
        )


async def test_a_rebuild_takes_over_in_one_step(
    elasticsearch: SearchEngine, client: AsyncElasticsearch, alias: str, shop: Shop
) -> None:
    (old,) = await indices(client, alias)
    new = await begin_rebuild(client, alias)

    assert await names_found(elasticsearch, shop, "wireless") == ["headphones", "mouse"]
    assert sorted(await indices(client, alias)) == sorted([old, new])

    await finish_rebuild(client, alias, new)

    assert await names_found(elasticsearch, shop, "wireless") == []
    assert await indices(client, alias) == [new]
    assert not await client.indices.exists_alias(name=building(alias))


async def test_searches_during_a_rebuild_see_a_whole_index(
    elasticsearch: SearchEngine, shop: Shop
) -> None:
    rebuild = asyncio.create_task(elasticsearch.reindex(lambda _: None))
    totals = set[int | None]()
    while not rebuild.done():
        totals.add((await elasticsearch.search(SearchRequest(total=True))).total)

    assert await rebuild == len(shop.products)
    assert totals == {len(shop.products)}


async def test_a_change_during_a_rebuild_is_in_both_indices(
    elasticsearch: SearchEngine,
    client: AsyncElasticsearch,
    alias: str,
    shop: Shop,
    database: Database,
) -> None:
    mouse = shop.products["mouse"]
    new = await begin_rebuild(client, alias)
    early = await read_documents(database, [mouse])
    await rename(database, shop, "mouse", "Trackball")

    await elasticsearch.index([mouse])
    assert await names_found(elasticsearch, shop, "trackball") == ["mouse"]

    await write(client, building(alias), [mouse], early)
    await finish_rebuild(client, alias, new)
    assert await names_found(elasticsearch, shop, "trackball") == ["mouse"]


async def test_a_stale_document_is_refused(
    elasticsearch: SearchEngine,
    client: AsyncElasticsearch,
    alias: str,
    shop: Shop,
    database: Database,
) -> None:
    products = [shop.products["mouse"], shop.products["gaming"]]
    stale = await read_documents(database, products)
    await rename(database, shop, "mouse", "Trackball")
    await set_status(database, shop, "gaming", "retired")
    await elasticsearch.index(products)

    await write(client, alias, products, stale, wait=True)

    assert await names_found(elasticsearch, shop, "trackball") == ["mouse"]
    assert await names_found(elasticsearch, shop, "mouse") == []


async def test_a_stale_deletion_is_refused(
    elasticsearch: SearchEngine,
    client: AsyncElasticsearch,
    alias: str,
    shop: Shop,
    database: Database,
) -> None:
    gaming = shop.products["gaming"]
    await set_status(database, shop, "gaming", "draft")
    stale = await read_documents(database, [gaming])
    await set_status(database, shop, "gaming", "active")
    await elasticsearch.index([gaming])

    await write(client, alias, [gaming], stale, wait=True)

    assert stale.documents == {}
    assert await names_found(elasticsearch, shop, "gaming") == ["gaming"]


async def test_of_two_rebuilds_the_later_wins(
    elasticsearch: SearchEngine, client: AsyncElasticsearch, alias: str, shop: Shop
) -> None:
    (old,) = await indices(client, alias)
    earlier = await begin_rebuild(client, alias)
    later = await begin_rebuild(client, alias)

    with pytest.raises(NotFoundError):
        await finish_rebuild(client, alias, earlier)

    assert sorted(await indices(client, alias)) == sorted([old, later])
    assert await elasticsearch.reindex(lambda _: None) == len(shop.products)
    assert len(await indices(client, alias)) == 1


async def test_the_first_products_build_the_index(
    elasticsearch_settings: Settings,
    client: AsyncElasticsearch,
    alias: str,
    shop: Shop,
    database: Database,
) -> None:
    engine = open_search(elasticsearch_settings, database)
    with pytest.raises(SetupError, match="bin/pyshop search reindex"):
        await engine.check()

    await engine.index([shop.products["mouse"]])

    await engine.check()
    assert await names_found(engine, shop, "wireless") == ["headphones", "mouse"]
    assert len(await indices(client, alias)) == 1
    await engine.close()


async def test_says_when_it_does_not_answer(settings: Settings, database: Database) -> None:
    nobody = settings.model_copy(update={"elasticsearch_url": "http://127.0.0.1:9"})
    engine = open_search(nobody, database)

    with pytest.raises(SearchUnavailable):
        await engine.search(SearchRequest("mouse"))
    with pytest.raises(SearchUnavailable):
        await engine.suggest("mouse", 5)
    with pytest.raises(SearchUnavailable):
        await engine.check()
    await engine.close()
