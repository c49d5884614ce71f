"""What only the PostgreSQL engine promises."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text, update

from core.database import Database
from models import Product
from search.port import AttributeFilter, SearchEngine, SearchFilter, SearchRequest, SearchSort
from tests.search.conftest import Shop

pytestmark = pytest.mark.anyio

BLACK = AttributeFilter("colour", ("Black",))


async def test_a_search_is_one_statement_and_its_facets_another(
    postgresql: SearchEngine, statements: list[str]
) -> None:
    await postgresql.search(SearchRequest("mouse", total=True))
    hits = len(statements)
    wanted = SearchFilter(
        brands=("Acme",),
        attributes=(AttributeFilter("colour", ("Black",)), AttributeFilter("wireless", ("yes",))),
    )
    await postgresql.search(SearchRequest("mouse", wanted, facets=True, total=True))

    assert hits == 1
    assert len(statements) - hits == 2


async def test_a_statement_serves_other_texts_filters_and_cursors(
    postgresql: SearchEngine, shop: Shop, compiled: list[str]
) -> None:
    def black(*brands: str) -> SearchFilter:
        return SearchFilter(brands=brands, attributes=(BLACK,))

    first = await postgresql.search(SearchRequest("headphones", black("Acme"), facets=True))
    page = await postgresql.search(SearchRequest(sort=SearchSort.PRICE_ASC, first=1))
    second = SearchRequest(sort=SearchSort.PRICE_ASC, first=1, after=page.hits[0].cursor)
    second_page = await postgresql.search(second)
    await postgresql.suggest("acme", 4)
    compiled.clear()

    red = SearchFilter(brands=("Cobalt", "Acme"), attributes=(AttributeFilter("colour", ("Red",)),))
    mice = await postgresql.search(SearchRequest("mouse", red, facets=True))
    third = replace(second, after=second_page.hits[0].cursor)
    third_page = await postgresql.search(third)
    suggested = await postgresql.suggest("bor", 4)

    assert compiled == []
    assert (shop.names(first), shop.names(mice)) == (["headphones"], ["gaming"])
    pages = [shop.names(each) for each in (page, second_page, third_page)]
    assert pages == [["mouse"], ["gaming"], ["headphones"]]
    assert [each.text for each in suggested] == ["Borealis"]


@pytest.mark.parametrize("head", [1, 2, 4])
async def test_suggests_names_that_are_not_among_the_first(
    postgresql: SearchEngine, shop: Shop, monkeypatch: pytest.MonkeyPatch, head: int
) -> None:
    monkeypatch.setattr("search.postgresql.suggestions._LOOKED_AT", head)
    expected = ["Gaming Mouse", "Wireless Mouse"]

    for first in (1, 2, 3):
        suggested = await postgresql.suggest("mou", first)

        assert [each.text for each in suggested] == expected[:first]
        assert suggested[0].id == shop.products["gaming"]


async def test_writers_take_turns(postgresql: SearchEngine, shop: Shop, database: Database) -> None:
    mouse = shop.products["mouse"]
    async with database.engine.begin() as other:
        await other.execute(text("SELECT pg_advisory_xact_lock(7110232)"))
        indexing = asyncio.create_task(postgresql.index([mouse]))
        await _waiting_for_a_lock(database)
        async with database.session.begin() as session:
            await session.execute(
                update(Product).where(Product.id == mouse).values(name="Trackball")
            )
    await indexing

    (hit,) = (await postgresql.search(SearchRequest("trackball"))).hits
    assert hit.id == mouse


async def _waiting_for_a_lock(database: Database) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    async with database.engine.connect() as connection:
        while not await connection.scalar(waiting):  # noqa: ASYNC110 - the event is in PostgreSQL.
            await asyncio.sleep(0.01)
