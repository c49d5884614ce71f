"""How facets count."""

from dataclasses import replace

import pytest

from search.port import (
    AttributeFacet,
    AttributeFilter,
    CategoryCount,
    FacetValue,
    PriceRange,
    SearchEngine,
    SearchFilter,
    SearchRequest,
)
from tests.factories import Factory
from tests.search.conftest import Shop
from tests.search.engines import OnElasticsearch, OnPostgresql

pytestmark = pytest.mark.anyio


class Facets:
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
        assert shop.names(loose) == ["studio"]
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

        assert shop.names(result) == ["gaming"]
        assert result.facets is not None
        assert result.facets.brands == [FacetValue("Acme", 1), FacetValue("Cobalt", 1)]
        assert result.facets.prices == PriceRange(4500, 4500)
        assert result.facets.attributes == [AttributeFacet("colour", [FacetValue("Red", 1)])]

    async def test_a_key_that_no_product_has_is_no_facet(self, engine: SearchEngine) -> None:
        wanted = SearchFilter(attributes=(AttributeFilter("=" * 5000, ("x",)),))

        result = await engine.search(SearchRequest(filter=wanted, facets=True))

        assert result.facets is not None
        assert result.facets.attributes == []

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


class TestPostgresql(OnPostgresql, Facets):
    pass


class TestElasticsearch(OnElasticsearch, Facets):
    pass
