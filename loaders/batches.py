"""The shapes of a batch read: for each key one row, several by their ids, or a page.

A statement is built and compiled once for each shape that is asked for, by a function that knows
nothing but the shape: what differs between two runs can only be a bound parameter.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Generic, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    TableValuedAlias,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    null,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import LateralFromClause
from sqlalchemy.types import TypeEngine

from core.reads import Context, Order, Page, PageRequest, Row, RowT, place_params
from core.statements import Statement
from loaders.viewers import viewer_params

# How many statements are kept; each takes some five kilobytes, and two milliseconds to make again.
SHAPES = 1000

_NO_KEY = UUID(int=0)

# Says which rows of a listing are a key's own: the column that holds the key, or a condition.
Belonging: TypeAlias = (
    InstrumentedAttribute[Any] | Callable[[ColumnElement[UUID]], ColumnElement[bool]]
)


@dataclass(frozen=True)
class Listing(Generic[RowT]):
    """Rows in an order; `source` gives their tables and who may see them.

    `source` is the same object whenever it means the same, or else its statements are compiled
    each time. `params` are the values of bound parameters in it, besides those of the viewer.
    """

    row: type[RowT]
    source: Select[Any]
    order: Order
    params: Mapping[str, Any] = field(default_factory=dict, compare=False)


async def rows_by_key(
    context: Context,
    row: type[RowT],
    keys: Sequence[Any],
    *,
    key: InstrumentedAttribute[Any],
    source: Select[Any],
    columns: frozenset[str],
) -> list[RowT | None]:
    """Return the row of each key in key order, None where `source` has none.

    `source` gives the tables and who may see them, as that of a Listing; `key` is unique in it.
    """
    # A class is hashable, which mypy does not know of a type variable.
    statement = _rows_statement(row, key, source, columns)  # type: ignore[arg-type]
    answer = await context.fetch(statement, {"keys": keys, **viewer_params(context.viewer)})
    make = row.maker(columns, after=1)
    found = {values[0]: make(values) for values in answer}
    return [found.get(each) for each in keys]


@lru_cache(SHAPES)
def _rows_statement(
    row: type[Row], key: InstrumentedAttribute[Any], source: Select[Any], columns: frozenset[str]
) -> Statement:
    return Statement(
        row.joined(source, columns)
        .with_only_columns(key.label("key"), *row.select(columns), maintain_column_froms=True)
        .where(key == func.any(keys_of(key.type)))
    )


async def several_by_key(
    keys: Sequence[tuple[UUID, ...]], read: Callable[[list[UUID]], Awaitable[list[RowT | None]]]
) -> list[list[RowT]]:
    """Return the rows of each tuple of ids, in its order, without those that are not there.

    `read` is asked once for all of them.
    """
    ids = sorted({each for several in keys for each in several})
    rows = dict(zip(ids, await read(ids), strict=True))
    return [[row for each in several if (row := rows[each])] for several in keys]


async def pages_by_key(
    context: Context,
    keys: Sequence[UUID],
    listing: Listing[RowT],
    belonging: Belonging,
    *,
    columns: frozenset[str],
    page: PageRequest,
) -> list[Page[RowT]]:
    """Return a page for each key in key order, in one statement whatever the number of keys.

    `belonging` says which rows of the listing are a key's own; a condition is a function that
    stands in its module, since it is known by which it is. The database cuts each key's rows by
    itself, in a lateral join, so that it reads no more than the pages hold.
    """
    order = listing.order
    names = columns | set(order.columns)
    place = place_params(page.position(order, listing.row))
    statement = _pages_statement(
        listing, belonging, names, _Cut(_limit(page), bool(place), page.total)
    )
    params = {"keys": keys, **place, **viewer_params(context.viewer), **listing.params}
    answer = await context.fetch(statement, params)
    empty: Callable[..., Page[RowT]] = partial(Page, has_previous=True) if place else Page
    pages = [empty([], order) for _ in keys]
    _fill(pages, answer, listing, names, page)
    return pages


async def page_of(
    context: Context, listing: Listing[RowT], *, columns: frozenset[str], page: PageRequest
) -> Page[RowT]:
    """Return one page of a whole listing."""
    pages = await pages_by_key(context, [_NO_KEY], listing, _all, columns=columns, page=page)
    return pages[0]


def _all(_key: ColumnElement[UUID]) -> ColumnElement[bool]:
    return true()


class _Cut(NamedTuple):
    """What a page asks of its statement.

    The limit stands in the text, for without it PostgreSQL plans each run of a long list anew.
    """

    limit: int
    is_after: bool
    total: bool


def _limit(page: PageRequest) -> int:
    # One entry more than the page holds tells whether another page follows.
    return page.first + 1 if page.rows else 0


@lru_cache(SHAPES)
def _pages_statement(
    listing: Listing[Any], belonging: Belonging, names: frozenset[str], cut: _Cut
) -> Statement:
    parents = _parents()
    own = listing.source.where(_belongs(belonging, parents.c.key))
    entries = _entries(own, listing, names, cut)
    sorts = [entries.c[name] for name in listing.order.columns]
    return Statement(
        select(parents.c.ordinal, _total(own, cut), entries)
        .select_from(parents.outerjoin(entries, true()))
        .order_by(parents.c.ordinal, *_directed(sorts, listing.order))
    )


def _belongs(belonging: Belonging, key: ColumnElement[UUID]) -> ColumnElement[bool]:
    if isinstance(belonging, InstrumentedAttribute):
        return belonging == key
    return belonging(key)


def keys_of(of: TypeEngine[Any]) -> ColumnElement[Any]:
    """Return the keys of the batch as an array.

    PostgreSQL would look at how many there are, find that it could do better for just these, and
    plan each run anew, which takes longer than running it. A subquery hides them from it.
    """
    keys = bindparam("keys", type_=ARRAY(of))
    return cast(select(keys).scalar_subquery(), ARRAY(of))


def _parents() -> TableValuedAlias:
    """Return the keys of the batch as a table, numbered from 1 in their order."""
    return (
        func.unnest(keys_of(Uuid()))
        .table_valued(column("key", Uuid()), with_ordinality="ordinal", name="parents")
        .render_derived()
    )


def _entries(
    own: Select[Any], listing: Listing[Any], names: frozenset[str], cut: _Cut
) -> LateralFromClause:
    row, order = listing.row, listing.order
    sorts = [row.columns[name] for name in order.columns]
    entries: Select[Any] = row.joined(own, names).with_only_columns(
        *row.select(names), maintain_column_froms=True
    )
    if cut.is_after:
        entries = entries.where(order.after(sorts))
    return entries.order_by(*_directed(sorts, order)).limit(cut.limit).lateral("entries")


def _total(own: Select[Any], cut: _Cut) -> ColumnElement[Any]:
    if not cut.total:
        return null().label("total")
    counted = own.with_only_columns(func.count(), maintain_column_froms=True)
    return counted.scalar_subquery().label("total")


def _directed(sorts: Sequence[ColumnElement[Any]], order: Order) -> list[ColumnElement[Any]]:
    return [each.desc() if order.descending else each.asc() for each in sorts]


def _fill(
    pages: list[Page[RowT]],
    answer: Sequence[Sequence[Any]],
    listing: Listing[RowT],
    names: frozenset[str],
    page: PageRequest,
) -> None:
    make = listing.row.maker(names, after=2)
    columns = [each for each in listing.row.columns if each in names]
    identity = columns.index(listing.order.columns[-1]) + 2
    for values in answer:
        current = pages[values[0] - 1]
        current.total = values[1]
        if values[identity] is None:
            continue  # The outer join says that this key has no entries.
        if len(current.rows) == page.first:
            current.has_next = True
        else:
            current.rows.append(make(values))
