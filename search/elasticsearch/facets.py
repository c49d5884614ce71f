"""The facets of a search, as aggregations."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from search.documents import MAX_KEY_LENGTH
from search.elasticsearch.query import Query, answers, attribute_facet, conditions
from search.port import (
    MAX_ATTRIBUTE_VALUES,
    MAX_ATTRIBUTES,
    MAX_BRANDS,
    MAX_CATEGORIES,
    AttributeFacet,
    CategoryCount,
    Facets,
    FacetValue,
    PriceRange,
    SearchRequest,
)

Answer = Mapping[str, Any]
Aggregate = Callable[[Query, Query], Awaitable[Answer]]


async def count_facets(aggregate: Aggregate, request: SearchRequest) -> Facets:
    """Count in two requests, the second for the values of the attributes that the first found.

    `aggregate` runs aggregations over the documents that answer a query.
    """
    query = answers(request.text)
    parts = conditions(request.filter)
    filtered = list(dict.fromkeys(each.key for each in request.filter.attributes))
    found = await aggregate(query, _aggregations(parts, filtered))
    common = [bucket["key"] for bucket in _buckets(found["keys"])]
    keys = [*filtered, *common[: max(MAX_ATTRIBUTES - len(filtered), 0)]]
    # Nothing is indexed under a longer key, and Elasticsearch refuses long patterns.
    keys = [key for key in keys if len(key) <= MAX_KEY_LENGTH]
    return Facets(
        brands=[FacetValue(each["key"], each["doc_count"]) for each in _buckets(found["brand"])],
        categories=[
            CategoryCount(UUID(each["key"]), each["doc_count"])
            for each in _buckets(found["category"])
        ],
        prices=_prices(found["price"]),
        attributes=await _attributes(aggregate, query, parts, keys),
    )


def _aggregations(parts: list[tuple[str, Query]], filtered: list[str]) -> Query:
    return {
        "brand": _terms(parts, "brand", {"field": "brand", "size": MAX_BRANDS}),
        "category": _terms(parts, "category", {"field": "category_path", "size": MAX_CATEGORIES}),
        "price": _without(
            parts,
            "price",
            {
                "lowest": {"min": {"field": "price_minor"}},
                "highest": {"max": {"field": "price_minor"}},
            },
        ),
        "keys": _terms(
            parts,
            "",
            {"field": "attribute_keys", "size": MAX_ATTRIBUTES, "exclude": filtered},
        ),
    }


async def _attributes(
    aggregate: Aggregate, query: Query, parts: list[tuple[str, Query]], keys: list[str]
) -> list[AttributeFacet]:
    if not keys:
        return []
    # Keys may have characters that names of aggregations may not, so these are numbers.
    counted = await aggregate(
        query, {str(number): _values_of(key, parts) for number, key in enumerate(keys)}
    )
    facets = [_attribute(key, counted[str(number)]) for number, key in enumerate(keys)]
    return [facet for facet in facets if facet.values]


def _values_of(key: str, parts: list[tuple[str, Query]]) -> Query:
    # An attribute is indexed as `key=value`, and the pattern is one of Lucene's.
    pattern = re.sub(r"(\W)", r"\\\1", f"{key}=") + ".*"
    return _terms(
        parts,
        attribute_facet(key),
        {"field": "attributes", "size": MAX_ATTRIBUTE_VALUES, "include": pattern},
    )


def _terms(parts: list[tuple[str, Query]], facet: str, terms: Query) -> Query:
    return _without(parts, facet, {"values": {"terms": terms}})


def _without(parts: list[tuple[str, Query]], facet: str, aggregations: Query) -> Query:
    """Aggregate over what is found when the filter of this facet is not set."""
    others = [query for name, query in parts if name != facet]
    return {"filter": {"bool": {"filter": others}}, "aggs": aggregations}


def _buckets(answer: Answer) -> list[Answer]:
    buckets: list[Answer] = answer["values"]["buckets"]
    return buckets


def _prices(answer: Answer) -> PriceRange | None:
    lowest, highest = answer["lowest"]["value"], answer["highest"]["value"]
    return None if lowest is None else PriceRange(int(lowest), int(highest))


def _attribute(key: str, answer: Answer) -> AttributeFacet:
    return AttributeFacet(
        key,
        [
            FacetValue(each["key"].removeprefix(f"{key}="), each["doc_count"])
            for each in _buckets(answer)
        ],
    )
