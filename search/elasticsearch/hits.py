"""The request for one page of hits, and the reading of its answer."""

import zlib
from typing import Any
from uuid import UUID

from core.cursors import encode_cursor
from core.reads import Order
from search.elasticsearch.query import answers, conditions, found
from search.order import position
from search.port import Hit, SearchRequest, SearchResult, SearchSort
from search.text import END_MARK, MARK, highlighted

_ORDERS = {
    SearchSort.RELEVANCE: Order("search_relevance", ("_score", "id"), descending=True),
    SearchSort.PRICE_ASC: Order("search_price_asc", ("price_minor", "id")),
    SearchSort.PRICE_DESC: Order("search_price_desc", ("price_minor", "id"), descending=True),
    SearchSort.NEWEST: Order("search_newest", ("created_at", "id"), descending=True),
    SearchSort.NAME: Order("search_name", ("title", "id")),
}
# `created_at` is indexed in microseconds, and an id is carried as it is indexed.
_TYPES: dict[str, type] = {
    "_score": float,
    "id": UUID,
    "price_minor": int,
    "created_at": int,
    "title": str,
}


def hits_request(request: SearchRequest) -> dict[str, Any]:
    """Return the arguments of `AsyncElasticsearch.search`, all but the index.

    One hit more than is wanted tells whether another page follows.
    """
    order = _ORDERS[request.sort]
    direction = "desc" if order.descending else "asc"
    after = position(request.after, order, _TYPES)
    return {
        "query": found(answers(request.text), conditions(request.filter)),
        "size": request.first + 1,
        "sort": [{name: direction} for name in order.columns],
        **({} if after is None else {"search_after": after}),
        "track_total_hits": request.total,
        "source": False,
        "highlight": {
            "pre_tags": [MARK],
            "post_tags": [END_MARK],
            "fields": {"name": {"number_of_fragments": 0}},
        },
        # The pages of one search ask the same copy of the index: copies score a little differently
        # while deleted documents wait to be merged away.
        "preference": str(zlib.crc32(request.text.encode())),
    }


def read_hits(request: SearchRequest, answer: dict[str, Any]) -> SearchResult:
    order = _ORDERS[request.sort]
    hits = answer["hits"]["hits"]
    return SearchResult(
        hits=[_hit(order, hit) for hit in hits[: request.first]],
        has_next=len(hits) > request.first,
        total=answer["hits"]["total"]["value"] if request.total else None,
    )


def _hit(order: Order, hit: dict[str, Any]) -> Hit:
    (name,) = hit.get("highlight", {}).get("name", [None])
    return Hit(
        id=UUID(hit["_id"]),
        score=hit["_score"] or 0.0,
        cursor=encode_cursor(order.name, hit["sort"]),
        highlight=highlighted(name),
    )
