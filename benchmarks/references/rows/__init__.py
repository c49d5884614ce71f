"""Rows by asyncpg, a few statements for each operation, dicts and orjson; no GraphQL."""

from benchmarks.references.endpoint import Endpoint
from benchmarks.references.rows.carts import cart_add, cart_create, cart_read
from benchmarks.references.rows.catalog import entities, list_page
from benchmarks.references.rows.checkout import checkout
from benchmarks.references.rows.detail import detail
from benchmarks.references.rows.orders import order_history
from benchmarks.references.rows.search import search, suggest

_HANDLERS = {
    "list": list_page,
    "detail": detail,
    "search": search,
    "suggest": suggest,
    "cart_read": cart_read,
    "cart_create": cart_create,
    "cart_add": cart_add,
    "checkout": checkout,
    "order_history": order_history,
    "entities": entities,
}


def create_app() -> Endpoint:
    return Endpoint(_HANDLERS)
