"""What the arguments of queries are given: what finds something, and what is refused."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.gateways.documents import Vocabulary, Words
from tests.gateways.market import Market


def vocabulary(market: Market) -> Vocabulary:
    return {
        **_ids(market),
        **_filters(market),
        "first": Words(_one_of(1, 2, 3, 20, 100), [0, 101]),
        "Query.suggest.first": Words(_one_of(1, 20), [0, 21]),
        "after": Words(st.none(), ["bm9wZQ"]),
        "slug": Words(_one_of(*market.slugs, "nothing")),
        "sku": Words(_one_of(*market.skus, "nothing")),
        "sort": Words(_one_of("NAME", "PRICE_ASC", "PRICE_DESC", "NEWEST")),
        "query": Words(_one_of("product", "", "nothing")),
        "prefix": Words(_one_of("pro", "cat", "")),
        "currency": Words(_one_of("EUR", "USD")),
    }


def _ids(market: Market) -> Vocabulary:
    anything = [id_ for ids in market.ids.values() for id_ in ids]
    by_root = {
        f"Query.{name}.id": Words(_one_of(*market.ids[name]), ["no id", market.ids["address"][0]])
        for name in ("product", "variant", "category", "cart", "order")
    }
    return {**by_root, "Query.node.id": Words(_one_of(*anything), ["no id"])}


def _filters(market: Market) -> Vocabulary:
    price = _one_of(0, 1000, 2000)
    products = {
        "category": _one_of(*market.ids["category"]),
        "brands": _lists("Nobody's"),
        "priceFrom": price,
        "priceTo": price,
        "inStock": st.booleans(),
    }
    good, bad = st.fixed_dictionaries({}, optional=products), {"status": ["DRAFT", "ACTIVE"]}
    status = _one_of("PENDING", "CONFIRMED", "SHIPPED")
    return {
        # Staff may ask for products that are not on sale, and others are refused.
        "filter": Words(good, [bad]),
        "Query.search.filter": Words(good),
        "Query.orders.filter": Words(st.fixed_dictionaries({}, optional={"status": status})),
    }


def _one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def _lists(*values: Any) -> st.SearchStrategy[Sequence[Any]]:
    return st.lists(_one_of(*values), min_size=1, unique=True)
