"""Completions, and texts that nobody should send."""

import pytest

from core.errors import BadInput
from search.port import (
    AttributeFilter,
    SearchEngine,
    SearchFilter,
    SearchRequest,
    SearchSort,
    SuggestionKind,
)
from tests.factories import Factory
from tests.search.conftest import Shop
from tests.search.engines import OnElasticsearch, OnPostgresql, found

pytestmark = pytest.mark.anyio

UNUSUAL_TEXTS = [
    "the of and",
    "'; DROP TABLE products; --",
    '"unbalanced',
    "a & | ! <-> ( b:* )",
    "+name:x AND (OR -NOT ~2 ^3 \\",
    "%_%",
    "{{x}} */ [*]",
    "🎧",
    "nul\x00nul",
    "\ud800",
    "\ue000mark\ue001",
    "é" * 200,
    "a " * 100,
    " \t\n ",
]


class Texts:
    async def test_suggests(self, engine: SearchEngine) -> None:
        expected = {
            "wirel": ["Wireless Headphones", "Wireless Mouse"],
            "WIRELESS m": ["Wireless Mouse"],
            "bo": ["Borealis", "Bookshelf Speakers"],
            "mou": ["Gaming Mouse", "Wireless Mouse"],
            "cafe": ["Café & Bar Radio"],
            "aud": ["Audio"],
            "co": ["Cobalt", "Computers"],
            "ireless": [],
            "%": [],
            "": [],
        }

        assert {
            prefix: [each.text for each in await engine.suggest(prefix, 8)] for prefix in expected
        } == expected

    async def test_suggests_names_that_begin_so_before_those_with_such_a_word(
        self, engine: SearchEngine, shop: Shop, factory: Factory
    ) -> None:
        several = ["Mouse Pad", "Mousetrap", "Mouse Pad", "A Mouse"]
        category = shop.categories["computers"]
        await engine.index(
            [await factory.product(name=each, category=category) for each in several]
        )

        expected = ["Mouse Pad", "Mousetrap", "A Mouse", "Gaming Mouse", "Wireless Mouse"]
        for first in range(1, len(expected) + 1):
            assert [each.text for each in await engine.suggest("mou", first)] == expected[:first]

    async def test_suggestions_say_what_they_are(self, engine: SearchEngine, shop: Shop) -> None:
        brand, product = await engine.suggest("bo", 8)
        (category,) = await engine.suggest("audio", 8)

        assert (brand.kind, brand.id) == (SuggestionKind.BRAND, None)
        assert (product.kind, product.id) == (SuggestionKind.PRODUCT, shop.products["speakers"])
        assert (category.kind, category.id) == (SuggestionKind.CATEGORY, shop.categories["audio"])
        assert await engine.suggest("bo", 1) == [brand]

    @pytest.mark.parametrize("sort", SearchSort)
    async def test_unusual_texts_do_no_harm(
        self, engine: SearchEngine, shop: Shop, sort: SearchSort
    ) -> None:
        for text in UNUSUAL_TEXTS:
            attribute = AttributeFilter(text, (text,))
            wanted = SearchFilter(brands=(text,), attributes=(attribute,))

            await engine.search(SearchRequest(text, sort=sort, facets=True, total=True))
            filtered = await engine.search(SearchRequest(text, wanted, sort, facets=True))
            await engine.suggest(text, 8)

            assert filtered.hits == []
        assert len(await found(engine, shop)) == len(shop.products)

    async def test_refuses_long_texts(self, engine: SearchEngine) -> None:
        with pytest.raises(BadInput) as query:
            await engine.search(SearchRequest("x" * 201))
        with pytest.raises(BadInput) as prefix:
            await engine.suggest("x" * 201, 5)

        assert query.value.values == {"argument": "query"}
        assert prefix.value.values == {"argument": "prefix"}


class TestPostgresql(OnPostgresql, Texts):
    pass


class TestElasticsearch(OnElasticsearch, Texts):
    pass
