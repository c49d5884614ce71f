"""One page of hits and their total, in one statement."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Subquery,
    func,
    literal,
    null,
    select,
    true,
)

from core.cursors import encode_cursor
from core.database import Database
from core.reads import Order, place_params
from core.statements import Statement
from models import Product
from models import SearchDocument as Document
from search.order import position
from search.port import Hit, SearchRequest, SearchResult, SearchSort
from search.postgresql import relevance
from search.postgresql.matching import (
    ENGLISH,
    SHAPES,
    Shape,
    answers,
    conditions,
    parameters,
    wanted,
)
from search.text import END_MARK, MARK, highlighted

_ORDERS = {
    SearchSort.RELEVANCE: relevance.ORDER,
    SearchSort.PRICE_ASC: Order("search_price_asc", ("price", "id")),
    SearchSort.PRICE_DESC: Order("search_price_desc", ("price", "id"), descending=True),
    SearchSort.NEWEST: Order("search_newest", ("created_at", "id"), descending=True),
    SearchSort.NAME: Order("search_name", ("title", "id")),
}
# Without a text all documents are equally relevant, and an index on the id gives a page at once.
_BROWSING = Order("search_browsing", ("id",), descending=True)

_TYPES: dict[str, type] = {
    "tier": int,
    "score": float,
    "id": UUID,
    "price": int,
    "created_at": datetime,
    "title": str,
}
_COLUMNS: dict[str, ColumnElement[Any]] = {
    "id": Document.product_id.label("id"),
    "price": Document.price_minor.label("price"),
    "created_at": Document.created_at.label("created_at"),
    "title": Document.title.label("title"),
}
_HEADLINE = f"StartSel={MARK}, StopSel={END_MARK}, HighlightAll=true"


async def find_hits(database: Database, request: SearchRequest) -> SearchResult:
    """Answer a request with cleaned texts, all but its facets."""
    order = _order(request)
    place = position(request.after, order, _TYPES)
    statement = _statement(
        Shape.of(request), order, request.first, is_after=place is not None, total=request.total
    )
    rows = await database.fetch(statement, parameters(request) | place_params(place))
    hits = [_hit(order, highlight, values) for _, highlight, *values in rows if values[-1]]
    return SearchResult(
        hits=hits[: request.first],
        has_next=len(hits) > request.first,
        total=rows[0][0],
    )


def _order(request: SearchRequest) -> Order:
    if request.sort is SearchSort.RELEVANCE and not request.text:
        return _BROWSING
    return _ORDERS[request.sort]


def _hit(order: Order, highlight: str | None, values: Sequence[Any]) -> Hit:
    named = dict(zip(order.columns, values, strict=True))
    return Hit(
        id=named["id"],
        score=named.get("score", 0.0),
        cursor=encode_cursor(order.name, values),
        highlight=highlighted(highlight),
    )


@lru_cache(SHAPES)
def _statement(shape: Shape, order: Order, first: int, *, is_after: bool, total: bool) -> Statement:
    words = wanted() if shape.has_text else None
    found = matched = _matched(shape, order, words)
    # One row more than is wanted tells whether another page follows.
    count = first + 1
    if words is not None and order is relevance.ORDER:
        matched = relevance.best(found, words, count, is_after=is_after)
    page = _page(matched, order, count, is_after=is_after)
    counted = select(func.count()).select_from(found).scalar_subquery()
    # The page joins a row that is always there, which carries the total when the page is empty.
    always = select(literal(1)).subquery("always")
    return Statement(
        select(
            counted if total else null(),
            null() if words is None else _headline(words),
            *page.c,
        )
        .select_from(always.outerjoin(page, true()).outerjoin(Product, Product.id == page.c.id))
        .order_by(*_by(order, page))
    )


def _matched(shape: Shape, order: Order, words: CTE | None) -> CTE:
    """Select the documents that are meant, each with what the order needs to know of it."""
    statement = select().where(*(part for _, part in conditions(shape, Document.__table__.c)))
    if words is None:
        # Nothing is worth keeping: an index gives the page, and counting needs no sort.
        return (
            statement.add_columns(*_sorted_by(order)).cte("matched").prefix_with("NOT MATERIALIZED")
        )
    ranked = order is relevance.ORDER
    columns = [_COLUMNS["id"], *relevance.ranked(words)] if ranked else _sorted_by(order)
    return statement.add_columns(*columns).where(answers(words)).cte("matched")


def _sorted_by(order: Order) -> list[ColumnElement[Any]]:
    return [_COLUMNS[name] for name in order.columns]


def _page(matched: CTE, order: Order, count: int, *, is_after: bool) -> Subquery:
    page = select(matched).order_by(*_by(order, matched)).limit(count)
    if is_after:
        page = page.where(order.after([matched.c[name] for name in order.columns]))
    return page.subquery("page")


def _by(order: Order, rows: CTE | Subquery) -> list[ColumnElement[Any]]:
    columns = [rows.c[name] for name in order.columns]
    return [column.desc() if order.descending else column.asc() for column in columns]


def _headline(words: CTE) -> ColumnElement[str]:
    some = select(words.c.some).scalar_subquery()
    return func.ts_headline(ENGLISH, Product.name, some, _HEADLINE)
