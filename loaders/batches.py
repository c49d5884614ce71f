"""The shapes of a batch read: for each key one row, several by their ids, or a page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    TableValuedAlias,
    Uuid,
    bindparam,
    column,
    func,
    null,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import LateralFromClause

from core.reads import Context, Order, Page, PageRequest, RowT

_NO_KEY = UUID(int=0)


@dataclass(frozen=True)
class Listing(Generic[RowT]):
    """Rows in an order; `source` gives their tables and who may see them.

    `params` are the values of bound parameters in the row's columns.
    """

    row: type[RowT]
    source: Select[Any]
    order: Order
    params: Mapping[str, Any] = field(default_factory=dict)


async def rows_by_key(
    context: Context,
    row: type[RowT],
    keys: Sequence[Any],
    *,
    key: InstrumentedAttribute[Any],
    source: Select[Any],
    columns: frozenset[str],
    params: Mapping[str, Any] = MappingProxyType({}),
) -> list[RowT | None]:
    """Return the row of each key in key order, None where `source` has none.

    `source` gives the tables and who may see them; `key` is unique in it. `params` are the values
    of bound parameters in it or in the row's columns.
    """
    statement = source.with_only_columns(
        key.label("key"), *row.select(columns), maintain_column_froms=True
    ).where(key == func.any(bindparam("keys", type_=ARRAY(key.type))))
    answer = await context.fetch(statement, {"keys": list(keys), **params})
    found = {values[0]: row.of(columns, values[1:]) for values in answer}
    return [found.get(each) for each in keys]


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
    belongs: Callable[[ColumnElement[UUID]], ColumnElement[bool]],
    *,
    columns: frozenset[str],
    page: PageRequest,
) -> list[Page[RowT]]:
    """Return a page for each key in key order, in one statement whatever the number of keys.

    `belongs` says which rows of the listing are a key's own. The database cuts each key's rows by
    itself, in a lateral join, so that it reads no more than the pages hold.
    """
    names = columns | set(listing.order.columns)
    parents = _parents()
    own = listing.source.where(belongs(parents.c.key))
    entries = _entries(own, listing, names, page)
    sorts = [entries.c[name] for name in listing.order.columns]
    statement = (
        select(parents.c.ordinal, _total(own, page), entries)
        .select_from(parents.outerjoin(entries, true()))
        .order_by(parents.c.ordinal, *_directed(sorts, listing.order))
    )
    answer = await context.fetch(statement, {"keys": list(keys), **listing.params})
    pages: list[Page[RowT]] = [
        Page([], listing.order, has_previous=page.after is not None) for _ in keys
    ]
    _fill(pages, answer, listing, names, page)
    return pages


async def page_of(
    context: Context, listing: Listing[RowT], *, columns: frozenset[str], page: PageRequest
) -> Page[RowT]:
    """Return one page of a whole listing."""
    pages = await pages_by_key(
        context, [_NO_KEY], listing, lambda _key: true(), columns=columns, page=page
    )
    return pages[0]


def _parents() -> TableValuedAlias:
    """Return the keys of the batch as a table, numbered from 1 in their order."""
    keys = bindparam("keys", type_=ARRAY(Uuid()))
    return (
        func.unnest(keys)
        .table_valued(column("key", Uuid()), with_ordinality="ordinal", name="parents")
        .render_derived()
    )


def _entries(
    own: Select[Any], listing: Listing[RowT], names: frozenset[str], page: PageRequest
) -> LateralFromClause:
    row, order = listing.row, listing.order
    sorts = [row.columns[name] for name in order.columns]
    entries = own.with_only_columns(*row.select(names), maintain_column_froms=True)
    position = page.position(order, row)
    if position is not None:
        # A forged cursor may hold a number that is too large for a column of four bytes.
        wide = [BigInteger() if isinstance(each.type, Integer) else each.type for each in sorts]
        values = tuple_(*position, types=wide)
        entries = entries.where(
            tuple_(*sorts) < values if order.descending else tuple_(*sorts) > values
        )
    # One entry more than the page holds tells whether another page follows.
    limit = page.first + 1 if page.rows else 0
    return entries.order_by(*_directed(sorts, order)).limit(limit).lateral("entries")


def _total(own: Select[Any], page: PageRequest) -> ColumnElement[Any]:
    if not page.total:
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
    identity = listing.order.columns[-1]
    for ordinal, total, *values in answer:
        current, entry = pages[ordinal - 1], listing.row.of(names, values)
        current.total = total
        if getattr(entry, identity) is None:
            continue  # The outer join says that this key has no entries.
        if len(current.rows) == page.first:
            current.has_next = True
        else:
            current.rows.append(entry)
