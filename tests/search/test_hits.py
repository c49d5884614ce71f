"""Which products are found, and in which order and pages."""

from uuid import UUID, uuid4

import pytest

from core.cursors import encode_cursor
from core.errors import BadInput
from search.port import (
    AttributeFilter,
    SearchEngine,
    SearchFilter,
    SearchRequest,
    SearchResult,
    SearchSort,
)
from tests.factories import Factory
from tests.search.conftest import Shop
from tests.search.engines import OnElasticsearch, OnPostgresql, found, pages

pytestmark = pytest.mark.anyio

BAD_CURSORS = [
    "",
    "nonsense",
    "\x00",
    encode_cursor("search_relevance", ["one", 2]),
    encode_cursor("price_asc", [1, UUID(int=1)]),
    encode_cursor("search_name", ["nul\x00", UUID(int=1)]),
]


class Hits:
    async def test_finds_words(self, engine: SearchEngine, shop: Shop) -> None:
        expected = {
            "wireless": ["headphones", "mouse"],
            "WIRELESS": ["headphones", "mouse"],
            "headphone": ["studio", "headphones"],
            "cafe": ["radio"],
            "cobalt": ["gaming"],
            "headset": ["studio", "headphones"],
            "silver": ["studio"],
            "hedphones": ["studio", "headphones"],
            "gm-100/b": ["gaming"],
            "4006381333931": ["gaming"],
            "wireless mouse": ["gaming", "headphones", "mouse"],
            "unheard": [],
        }

        assert {text: await found(engine, shop, text) for text in expected} == expected

    async def test_ranks_all_words_before_some(self, engine: SearchEngine, shop: Shop) -> None:
        names = await found(engine, shop, "wireless mouse", sort=SearchSort.RELEVANCE)

        assert names[0] == "mouse"
        assert set(names[1:]) == {"headphones", "gaming"}

    async def test_ranks_the_very_code_first(self, engine: SearchEngine, shop: Shop) -> None:
        names = await found(engine, shop, "studio", sort=SearchSort.RELEVANCE)

        assert names == ["speakers", "studio"]

    async def test_filters(self, engine: SearchEngine, shop: Shop) -> None:
        black = AttributeFilter("colour", ("Black",))
        wireless = AttributeFilter("wireless", ("yes",))
        expected = {
            SearchFilter(brands=("Acme",)): ["headphones", "mouse"],
            SearchFilter(brands=("Acme", "Cobalt")): ["gaming", "headphones", "mouse"],
            SearchFilter(brands=("acme", "No such brand", "\x00", "\ud800")): [],
            SearchFilter(price_from=4500, price_to=5000): ["radio", "gaming", "headphones"],
            SearchFilter(price_from=5001): ["speakers", "studio"],
            SearchFilter(price_to=2500): ["mouse"],
            SearchFilter(price_from=5001, in_stock=True): ["speakers"],
            SearchFilter(attributes=(AttributeFilter("colour", ("Red", "Silver")),)): [
                "gaming",
                "studio",
            ],
            SearchFilter(attributes=(black, wireless)): ["headphones", "mouse"],
            SearchFilter(attributes=(black, AttributeFilter("colour", ("Silver",)))): ["studio"],
            SearchFilter(attributes=(AttributeFilter("colour", ()),)): [],
            SearchFilter(attributes=(AttributeFilter("nul\x00", ("\x00",)),)): [],
            SearchFilter(category=uuid4()): [],
        }

        assert {wanted: await found(engine, shop, "", wanted) for wanted in expected} == expected

    async def test_a_category_includes_those_below(self, engine: SearchEngine, shop: Shop) -> None:
        audio = SearchFilter(category=shop.categories["audio"])
        headphones = SearchFilter(category=shop.categories["headphones"])

        assert await found(engine, shop, "", audio) == [
            "speakers",
            "radio",
            "studio",
            "headphones",
        ]
        assert await found(engine, shop, "", headphones) == ["studio", "headphones"]
        assert await found(engine, shop, "wireless", headphones) == ["headphones"]

    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            (
                SearchSort.NAME,
                ["speakers", "radio", "gaming", "studio", "headphones", "mouse"],
            ),
            (
                SearchSort.PRICE_ASC,
                ["mouse", "gaming", "headphones", "radio", "studio", "speakers"],
            ),
            (
                SearchSort.PRICE_DESC,
                ["speakers", "studio", "radio", "headphones", "gaming", "mouse"],
            ),
            (
                SearchSort.NEWEST,
                ["headphones", "studio", "mouse", "gaming", "speakers", "radio"],
            ),
            (
                SearchSort.RELEVANCE,
                ["radio", "speakers", "gaming", "mouse", "studio", "headphones"],
            ),
        ],
    )
    async def test_sorts_and_pages_without_gap_or_repetition(
        self, engine: SearchEngine, shop: Shop, sort: SearchSort, expected: list[str]
    ) -> None:
        assert await pages(engine, shop, SearchRequest(sort=sort, first=2)) == expected
        assert await found(engine, shop, sort=sort) == expected

    @pytest.mark.parametrize("sort", SearchSort)
    async def test_pages_through_a_text(
        self, engine: SearchEngine, shop: Shop, sort: SearchSort
    ) -> None:
        text = "wireless mouse headphones"
        request = SearchRequest(text, sort=sort, first=1)

        assert await pages(engine, shop, request) == await found(engine, shop, text, sort=sort)

    async def test_the_total_stands_after_the_last_page(self, engine: SearchEngine) -> None:
        first = await engine.search(SearchRequest("wireless", first=10, total=True))
        after = first.hits[-1].cursor

        beyond = await engine.search(SearchRequest("wireless", after=after, total=True))

        assert beyond == SearchResult(hits=[], has_next=False, total=2)

    async def test_counts_without_hits(self, engine: SearchEngine) -> None:
        result = await engine.search(SearchRequest("wireless", first=0, total=True))

        assert result == SearchResult(hits=[], has_next=True, total=2)

    @pytest.mark.parametrize("sort", SearchSort)
    async def test_refuses_a_bad_cursor(self, engine: SearchEngine, sort: SearchSort) -> None:
        for cursor in BAD_CURSORS:
            with pytest.raises(BadInput) as refusal:
                await engine.search(SearchRequest("mouse", sort=sort, after=cursor))

            assert refusal.value.values == {"argument": "after"}

    async def test_highlights_words_of_the_name(self, engine: SearchEngine) -> None:
        radio = await engine.search(SearchRequest("cafe RADIOS"))
        silver = await engine.search(SearchRequest("silver"))
        everything = await engine.search(SearchRequest(""))

        assert [hit.highlight for hit in radio.hits] == [
            "<mark>Café</mark> &amp; Bar <mark>Radio</mark>"
        ]
        assert [hit.highlight for hit in silver.hits] == [None]
        assert {hit.highlight for hit in everything.hits} == {None}

    async def test_a_name_cannot_inject_html(
        self, engine: SearchEngine, shop: Shop, factory: Factory
    ) -> None:
        product = await factory.product(
            category=shop.categories["empty"], name="Plug <script>alert(1)</script>", brand=None
        )
        await engine.index([product])

        (hit,) = (await engine.search(SearchRequest("plug"))).hits

        assert hit.highlight is not None
        assert hit.highlight.startswith("<mark>Plug</mark> ")
        assert "<script" not in hit.highlight


class TestPostgresql(OnPostgresql, Hits):
    pass


class TestElasticsearch(OnElasticsearch, Hits):
    pass
