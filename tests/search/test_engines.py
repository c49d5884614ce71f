"""What both engines must do alike: one suite, run once for each."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from core.cursors import encode_cursor
from core.database import Database
from core.errors import BadInput
from models import Category, Product, StockLevel, Variant
from search.port import (
    AttributeFacet,
    AttributeFilter,
    CategoryCount,
    FacetValue,
    PriceRange,
    SearchEngine,
    SearchFilter,
    SearchRequest,
    SearchResult,
    SearchSort,
    SuggestionKind,
)
from tests.factories import Factory
from tests.search.conftest import Shop

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

BAD_CURSORS = [
    "",
    "nonsense",
    "\x00",
    encode_cursor("search_relevance", ["one", 2]),
    encode_cursor("price_asc", [1, UUID(int=1)]),
    encode_cursor("search_name", ["nul\x00", UUID(int=1)]),
]


def ids(result: SearchResult) -> list[UUID]:
    return [hit.id for hit in result.hits]


class EngineContract:
    async def found(
        self,
        engine: SearchEngine,
        shop: Shop,
        text: str = "",
        wanted: SearchFilter | None = None,
        sort: SearchSort = SearchSort.NAME,
    ) -> list[str]:
        request = SearchRequest(text, wanted or SearchFilter(), sort, total=True)
        result = await engine.search(request)
        assert result.total == len(result.hits)
        assert not result.has_next
        return shop.names(ids(result))

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

        assert {text: await self.found(engine, shop, text) for text in expected} == expected

    async def test_ranks_all_words_before_some(self, engine: SearchEngine, shop: Shop) -> None:
        found = await self.found(engine, shop, "wireless mouse", sort=SearchSort.RELEVANCE)

        assert found[0] == "mouse"
        assert set(found[1:]) == {"headphones", "gaming"}

    async def test_ranks_the_very_code_first(self, engine: SearchEngine, shop: Shop) -> None:
        found = await self.found(engine, shop, "studio", sort=SearchSort.RELEVANCE)

        assert found == ["speakers", "studio"]

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

        assert {
            wanted: await self.found(engine, shop, "", wanted) for wanted in expected
        } == expected

    async def test_a_category_includes_those_below(self, engine: SearchEngine, shop: Shop) -> None:
        audio = SearchFilter(category=shop.categories["audio"])
        headphones = SearchFilter(category=shop.categories["headphones"])

        assert await self.found(engine, shop, "", audio) == [
            "speakers",
            "radio",
            "studio",
            "headphones",
        ]
        assert await self.found(engine, shop, "", headphones) == ["studio", "headphones"]
        assert await self.found(engine, shop, "wireless", headphones) == ["headphones"]

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
        assert await self.pages(engine, shop, SearchRequest(sort=sort, first=2)) == expected
        assert await self.found(engine, shop, sort=sort) == expected

    @pytest.mark.parametrize("sort", SearchSort)
    async def test_pages_through_a_text(
        self, engine: SearchEngine, shop: Shop, sort: SearchSort
    ) -> None:
        text = "wireless mouse headphones"
        request = SearchRequest(text, sort=sort, first=1)

        assert await self.pages(engine, shop, request) == await self.found(
            engine, shop, text, sort=sort
        )

    async def pages(self, engine: SearchEngine, shop: Shop, request: SearchRequest) -> list[str]:
        found = list[UUID]()
        while True:
            result = await engine.search(request)
            assert result.total is None
            assert result.facets is None
            assert len(result.hits) <= request.first
            found += ids(result)
            if not result.has_next:
                return shop.names(found)
            request = replace(request, after=result.hits[-1].cursor)

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

    async def test_counts_facets(self, engine: SearchEngine, shop: Shop) -> None:
        result = await engine.search(SearchRequest(first=1, facets=True))

        assert result.facets is not None
        assert result.facets.brands == [
            FacetValue("Acme", 2),
            FacetValue("Borealis", 2),
            FacetValue("Cobalt", 1),
        ]
        assert result.facets.categories == [
            CategoryCount(shop.categories["audio"], 4),
            *sorted(
                (
                    CategoryCount(shop.categories["headphones"], 2),
                    CategoryCount(shop.categories["computers"], 2),
                ),
                key=lambda each: str(each.id),
            ),
        ]
        assert result.facets.prices == PriceRange(2500, 20000)
        assert result.facets.attributes == [
            AttributeFacet(
                "colour", [FacetValue("Black", 4), FacetValue("Red", 1), FacetValue("Silver", 1)]
            ),
            AttributeFacet("wireless", [FacetValue("yes", 2)]),
        ]

    async def test_a_facet_ignores_its_own_filter_only(
        self, engine: SearchEngine, shop: Shop
    ) -> None:
        wanted = SearchFilter(
            category=shop.categories["audio"],
            brands=("Borealis",),
            price_from=6000,
            attributes=(
                AttributeFilter("wireless", ("yes", "no")),
                AttributeFilter("colour", ("Silver",)),
            ),
        )
        without_wireless = replace(wanted, attributes=wanted.attributes[1:])

        strict = await engine.search(SearchRequest(filter=wanted, facets=True))
        loose = await engine.search(SearchRequest(filter=without_wireless, facets=True))

        assert strict.hits == []
        assert strict.facets is not None
        assert strict.facets.brands == []
        assert strict.facets.prices is None
        assert strict.facets.attributes == []
        assert shop.names(ids(loose)) == ["studio"]
        assert loose.facets is not None
        assert loose.facets.brands == [FacetValue("Borealis", 1)]
        assert loose.facets.prices == PriceRange(9000, 9000)
        assert loose.facets.categories == sorted(
            [
                CategoryCount(shop.categories["audio"], 1),
                CategoryCount(shop.categories["headphones"], 1),
            ],
            key=lambda each: str(each.id),
        )
        assert loose.facets.attributes == [
            AttributeFacet("colour", [FacetValue("Black", 2), FacetValue("Silver", 1)])
        ]

    async def test_facets_follow_the_text(self, engine: SearchEngine, shop: Shop) -> None:
        wanted = SearchFilter(brands=("Cobalt",), in_stock=True)
        result = await engine.search(SearchRequest("mouse", wanted, facets=True))

        assert shop.names(ids(result)) == ["gaming"]
        assert result.facets is not None
        assert result.facets.brands == [FacetValue("Acme", 1), FacetValue("Cobalt", 1)]
        assert result.facets.prices == PriceRange(4500, 4500)
        assert result.facets.attributes == [AttributeFacet("colour", [FacetValue("Red", 1)])]

    async def test_facets_are_bounded(
        self, engine: SearchEngine, shop: Shop, factory: Factory
    ) -> None:
        crowded = await factory.product(
            category=shop.categories["empty"],
            name="Crowded",
            brand="Crowd",
            attributes={
                f"key {number:02}": [f"value {each:02}" for each in range(25)]
                for number in range(20)
            },
        )
        await engine.index([crowded])

        result = await engine.search(SearchRequest("crowded", facets=True))

        assert result.facets is not None
        assert [each.key for each in result.facets.attributes] == [
            f"key {number:02}" for number in range(15)
        ]
        assert {len(each.values) for each in result.facets.attributes} == {20}
        assert result.facets.attributes[0].values[0] == FacetValue("value 00", 1)

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
        assert len(await self.found(engine, shop)) == len(shop.products)

    async def test_refuses_long_texts(self, engine: SearchEngine) -> None:
        with pytest.raises(BadInput) as query:
            await engine.search(SearchRequest("x" * 201))
        with pytest.raises(BadInput) as prefix:
            await engine.suggest("x" * 201, 5)

        assert query.value.values == {"argument": "query"}
        assert prefix.value.values == {"argument": "prefix"}

    async def test_indexes_what_changed(
        self, engine: SearchEngine, shop: Shop, database: Database
    ) -> None:
        mouse, gaming, radio, studio = (
            shop.products[name] for name in ("mouse", "gaming", "radio", "studio")
        )
        async with database.session.begin() as session:
            await session.execute(
                update(Product).where(Product.id == mouse).values(name="Trackball")
            )
            await session.execute(
                update(Product).where(Product.id == gaming).values(status="retired")
            )
            await session.execute(delete(Product).where(Product.id == radio))
            variants = select(Variant.id).where(Variant.product_id == studio)
            await session.execute(
                update(StockLevel).where(StockLevel.variant_id.in_(variants)).values(on_hand=3)
            )

        await engine.index([mouse, gaming, radio, studio, uuid4()])
        await engine.index([])

        assert await self.found(engine, shop, "trackball") == ["mouse"]
        assert await self.found(engine, shop, "mouse") == []
        assert await self.found(engine, shop, "", SearchFilter(in_stock=True)) == [
            "speakers",
            "studio",
            "mouse",
            "headphones",
        ]

    async def test_reindexes_everything(
        self, engine: SearchEngine, shop: Shop, database: Database
    ) -> None:
        async with database.session.begin() as session:
            await session.execute(
                update(Product).where(Product.id == shop.products["mouse"]).values(status="retired")
            )
            await session.execute(
                update(Category)
                .where(Category.id == shop.categories["headphones"])
                .values(name="Earwear")
            )
        reports = list[int]()

        assert await engine.reindex(reports.append) == 5
        assert reports == [5]
        assert await self.found(engine, shop, "earwear") == ["studio", "headphones"]
        assert await self.found(engine, shop, "mouse") == ["gaming"]

    async def test_is_usable(self, engine: SearchEngine) -> None:
        await engine.check()


class TestPostgresql(EngineContract):
    @pytest.fixture
    def engine(self, postgresql: SearchEngine) -> SearchEngine:
        return postgresql


class TestElasticsearch(EngineContract):
    @pytest.fixture
    def engine(self, elasticsearch: SearchEngine) -> SearchEngine:
        return elasticsearch
