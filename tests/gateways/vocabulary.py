"""What the arguments of queries are given: what finds something, and what is refused."""

from tests.gateways.documents import Vocabulary, Words
from tests.gateways.market import Market

EFFECT_STATUSES = [None, "PENDING", "DONE", "DEAD"]


def vocabulary(market: Market) -> Vocabulary:
    return {
        **_ids(market),
        **_filters(market),
        "first": Words([1, 2, 3, 20, 100], [0, 101]),
        "Query.suggest.first": Words([1, 20], [0, 21]),
        "after": Words([None], ["bm9wZQ"]),
        "slug": Words([*market.slugs, "nothing"]),
        "sku": Words([*market.skus, "nothing"]),
        "sort": Words(["NAME", "PRICE_ASC", "PRICE_DESC", "NEWEST"]),
        "query": Words(["product", "", "nothing"]),
        "prefix": Words(["pro", "cat", ""]),
        "types": Words([["product.changed"], []], [["nothing"]]),
        "aggregate": Words(market.ids["product"], ["no id"]),
        "currency": Words(["EUR", "USD"]),
        "Query.effects.status": Words(EFFECT_STATUSES),
        "Query.webhookDeliveries.status": Words(EFFECT_STATUSES),
        "endpoint": Words(market.ids["webhook"], ["no id", market.ids["address"][0]]),
        "client": Words(["acme", "nobody"], ["\0"]),
    }


def _ids(market: Market) -> Vocabulary:
    anything = [id_ for ids in market.ids.values() for id_ in ids]
    by_root = {
        f"Query.{name}.id": Words(market.ids[name], ["no id", market.ids["address"][0]])
        for name in ("product", "variant", "category", "cart", "order", "event")
    }
    return {**by_root, "Query.node.id": Words(anything, ["no id"])}


def _filters(market: Market) -> Vocabulary:
    good = [
        {},
        {"category": market.ids["category"][0], "inStock": True},
        {"priceFrom": 500, "priceTo": 2000},
        {"brands": ["Nobody's"]},
    ]
    return {
        # Staff may ask for products that are not on sale, and others are refused.
        "filter": Words(good, [{"status": ["DRAFT", "ACTIVE"]}]),
        "Query.search.filter": Words(good),
        "Query.orders.filter": Words([{}, {"status": "PENDING"}, {"status": "SHIPPED"}]),
    }
