"""Rows by asyncpg, a few statements for each operation, dicts and orjson; no GraphQL."""

from benchmarks.references.endpoint import Endpoint
from benchmarks.references.rows import catalog

_HANDLERS = {"list": catalog.list_page}


def create_app() -> Endpoint:
    return Endpoint(_HANDLERS)
