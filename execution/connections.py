"""Relay connections over pages: https://relay.dev/graphql/connections.htm."""

from typing import Any, Generic, TypeVar

import strawberry

from core.reads import Edge as RowEdge
from core.reads import Page, Row
from execution.cache_hints import INHERITED
from execution.fields import derived

NodeT = TypeVar("NodeT")

# The whole list is counted, which takes as long as reading so many objects of a page.
COUNT_COST = 100


@strawberry.type(
    description="Where a page stands in its list, and how to go on from it.",
    directives=[INHERITED],
)
class PageInfo:
    has_next_page: bool = strawberry.field(
        description="Whether more entries follow after `endCursor`."
    )
    has_previous_page: bool = strawberry.field(
        description="Whether this page was read after a cursor, so that entries precede it."
    )
    start_cursor: str | None = strawberry.field(
        description="The cursor of the first entry; null on an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last entry: pass it as `after` for the next page. Null on an"
        " empty page."
    )


def page_info(page: Page[Any]) -> PageInfo:
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=page.cursor(page.rows[0]) if page.rows else None,
        end_cursor=page.cursor(page.rows[-1]) if page.rows else None,
    )


def _cursor(edge: RowEdge[Row]) -> str:
    return edge.page.cursor(edge.node)


def _nodes(page: Page[Row]) -> list[Row]:
    return page.rows


def _total(page: Page[Row]) -> int | None:
    return page.total


@strawberry.type(
    description="An entry of a list, with the cursor to continue after it.", directives=[INHERITED]
)
class Edge(Generic[NodeT]):
    node: NodeT = strawberry.field(description="The object that the entry is.")
    cursor: str = derived(_cursor, description="Pass it as `after` to continue after this entry.")


@strawberry.type(
    description="A page of a list; the next one follows `after: pageInfo.endCursor`.",
    directives=[INHERITED],
)
class Connection(Generic[NodeT]):
    edges: list[Edge[NodeT]] = strawberry.field(description="The entries, each with its cursor.")
    nodes: list[NodeT] = derived(
        _nodes, description="The entries alone, for those who need no cursors."
    )
    page_info: PageInfo = derived(page_info, description="Where this page stands in the list.")
    total_count: int = derived(
        _total,
        cost=COUNT_COST,
        description="How many entries the whole list has; counted only when selected.",
    )
