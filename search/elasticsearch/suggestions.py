"""The request that completes names of brands and products, and the reading of its answer."""

from typing import Any
from uuid import UUID

from search.elasticsearch.query import Query, constant
from search.port import Suggestion, SuggestionKind
from search.suggestions import share


def suggestion_request(prefix: str, first: int) -> dict[str, Any]:
    """Return the arguments of `AsyncElasticsearch.search`, all but the index.

    Products whose name begins so stand before those that have a word that does; no name comes
    twice.
    """
    names = [
        constant(_begins("name.whole", prefix), 2),
        constant(_begins("name.words", prefix), 1),
    ]
    brands = {"terms": {"field": "brand", "size": share(first)}}
    return {
        "query": {"dis_max": {"queries": names}},
        "collapse": {"field": "title"},
        "sort": [{"_score": "desc"}, {"title": "asc"}, {"id": "asc"}],
        "size": first,
        "source": ["name"],
        "aggs": {
            # Brands do not depend on the products that are found.
            "all": {
                "global": {},
                "aggs": {
                    "begin": {
                        "filter": _begins("brand.whole", prefix),
                        "aggs": {"brands": brands},
                    }
                },
            }
        },
    }


def _begins(field: str, prefix: str) -> Query:
    return {"match_phrase_prefix": {field: {"query": prefix, "max_expansions": 200}}}


def read_brands(answer: dict[str, Any]) -> list[Suggestion]:
    buckets = answer["aggregations"]["all"]["begin"]["brands"]["buckets"]
    return [Suggestion(bucket["key"], SuggestionKind.BRAND) for bucket in buckets]


def read_products(answer: dict[str, Any]) -> list[Suggestion]:
    return [
        Suggestion(hit["_source"]["name"], SuggestionKind.PRODUCT, UUID(hit["_id"]))
        for hit in answer["hits"]["hits"]
    ]
