"""Reads lists of the graph page by page."""

import base64
import json
from functools import reduce
from typing import Any

from tests.graph import Graph


def cursor_of(*values: object) -> str:
    """Write a cursor as the graph does, whatever it holds."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


async def pages_of(graph: Graph, document: str, *path: str | int, **variables: object) -> list[Any]:
    """Read a list to its end and return the nodes of each page, each by its only field.

    The document takes `$after`; `path` leads to its connection.
    """
    pages: list[Any] = []
    after: str | None = None
    while not pages or after is not None:
        data = await graph.data(document, after=after, **variables)
        connection: Any = reduce(lambda inner, key: inner[key], path, data)
        pages.append([value for node in connection["nodes"] for value in node.values()])
        info = connection["pageInfo"]
        assert info["hasPreviousPage"] is (after is not None)
        after = info["endCursor"] if info["hasNextPage"] else None
    return pages
