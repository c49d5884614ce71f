"""What a batch read takes and gives: rows, pages and the failure of one key."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Executable,
    Integer,
    Select,
    String,
    bindparam,
    tuple_,
)

from core.cursors import decode_cursor, encode_cursor
from core.errors import BadInput, DomainError
from core.statements import Statement
from core.viewer import Viewer

# How many sets of columns are remembered; a document that nobody has sent before may need others.
_SHAPES = 1000
# Two decimals may be equal, and times of two zones, that are written differently.
_PLAIN = (Boolean, Integer, String)


class Context(Protocol):
    """What a read may ask of the operation it serves."""

    public_url: str
    viewer: Viewer

    async def fetch(
        self, statement: Statement | Executable, params: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        """Run a SELECT on a connection of its own and return all its rows."""


class Row:
    """A light row that carries the asked columns as attributes, and no others.

    A subclass annotates its columns and names where they come from:
    `class ProductRow(Row, columns=products.c)`. What is asked of a neighbour's columns is named
    `category.slug`, and stands in a row of the neighbour's own, as the attribute `category`.
    """

    columns: ClassVar[Mapping[str, ColumnElement[Any]]]
    neighbours: ClassVar[Mapping[str, "Neighbour"]]

    # Whether it was read for who sent the request, where the viewer has become somebody else.
    for_requester = False

    def __init_subclass__(
        cls,
        *,
        columns: Mapping[str, ColumnElement[Any]],
        neighbours: Mapping[str, "Neighbour"] = MappingProxyType({}),
    ) -> None:
        cls.columns = {name: columns[name] for name in cls.__annotations__}
        cls.neighbours = neighbours

    @classmethod
    def select(cls, names: Collection[str]) -> list[ColumnElement[Any]]:
        """Return the expressions of the named columns, labelled, in a stable order."""
        own = [column.label(name) for name, column in cls.columns.items() if name in names]
        return own + [
            column.label(f"{prefix}.{name}")
            for prefix, neighbour in cls.neighbours.items()
            for name, column in neighbour.row.columns.items()
            if f"{prefix}.{name}" in names
        ]

    @classmethod
    def joined(cls, source: Select[Any], names: Collection[str]) -> Select[Any]:
        """Return a source of rows with the neighbours of which columns are named."""
        for prefix, neighbour in cls.neighbours.items():
            if neighbour.asked(prefix, names):
                source = neighbour.join(source)
        return source

    @classmethod
    def is_plain(cls, names: Collection[str]) -> bool:
        """Whether equal values of these columns are the same in all that can be made of them."""
        return all(isinstance(cls.columns[name].type, _PLAIN) for name in names)

    @classmethod
    def of(cls, names: Collection[str], values: Sequence[Any]) -> Self:
        """Make a row of what a statement over `select(names)` returned."""
        return cls.maker(frozenset(names))(values)

    @classmethod
    @lru_cache(_SHAPES)
    def maker(cls, names: frozenset[str], *, after: int = 0) -> Callable[[Sequence[Any]], Self]:
        """Return what makes a row of what a statement over `select(names)` returned.

        In the statement it stands behind so many columns that are left out.
        """
        # A list of rows is made in a fifth of the time that naming each value at run time takes.
        targets = ["_"] * after + [f"row.{name}" for name in cls.columns if name in names]
        lines = ["def make(values):", "row = new(cls)"]
        made: dict[str, Any] = {"cls": cls, "new": cls.__new__}
        for prefix, neighbour in cls.neighbours.items():
            if asked := neighbour.asked(prefix, names):
                made[f"cls_{prefix}"] = neighbour.row
                lines.append(f"row.{prefix} = {prefix} = new(cls_{prefix})")
                targets += [f"{prefix}.{name}" for name in neighbour.row.columns if name in asked]
        source = "\n ".join([*lines, f"[{', '.join(targets)}] = values", "return row"])
        exec(source, made)  # noqa: S102 - It holds names of attributes of ours and nothing else.
        return cast("Callable[[Sequence[Any]], Self]", made["make"])


RowT = TypeVar("RowT", bound=Row)


@dataclass(frozen=True)
class Neighbour:
    """One row that each row of a kind has, read with it in the same statement.

    `join` adds it to a source, and loses no row. `columns` are those of it that cost little enough
    to be read as often as there are rows that have it.
    """

    row: type[Row]
    columns: frozenset[str]
    join: Callable[[Select[Any]], Select[Any]]

    def asked(self, prefix: str, names: Collection[str]) -> frozenset[str]:
        """Return its columns that are named behind a prefix."""
        return frozenset(name for name in self.row.columns if f"{prefix}.{name}" in names)


@dataclass(frozen=True)
class Order:
    """A total order over rows: columns that are never null, all in one direction, the last unique.

    One direction for all columns lets the database answer a cursor by one index range.
    """

    name: str
    columns: tuple[str, ...]
    descending: bool = False

    def after(self, columns: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
        """Return what holds for rows behind a place; `place_params` are its parameters.

        `columns` are those of the order, wherever they come from.
        """
        place = tuple_(*(_place(number, each) for number, each in enumerate(columns)))
        return tuple_(*columns) < place if self.descending else tuple_(*columns) > place


def place_params(position: Sequence[Any] | None) -> dict[str, Any]:
    """Return the values of a place in an order as parameters, none for its beginning."""
    return {f"after_{number}": value for number, value in enumerate(position or ())}


def _place(number: int, sort: ColumnElement[Any]) -> ColumnElement[Any]:
    # A forged cursor may hold a number that is too large for a column of four bytes.
    wide = BigInteger() if isinstance(sort.type, Integer) else sort.type
    return bindparam(f"after_{number}", type_=wide)


def set_parts(wanted: object) -> dict[str, Any]:
    """Return the parts of a filter that are set, by their names; zero is a price."""
    return {
        name: value
        for name, value in vars(wanted).items()
        if value is not None and value is not False and value != ()
    }


@dataclass(frozen=True)
class PageRequest:
    """A wish for `first` rows after a cursor; rows or the total are left out when not asked for."""

    first: int
    after: str | None = None
    rows: bool = True
    total: bool = False

    def position(self, order: Order, row: type[Row]) -> tuple[Any, ...] | None:
        """Return the sort values to read after; raises BadInput for a cursor of another list."""
        if self.after is None:
            return None
        types = [row.columns[name].type.python_type for name in order.columns]
        try:
            return decode_cursor(self.after, order.name, types)
        except ValueError as error:
            raise BadInput("after", f"This is not a cursor of this list: {error}.") from error


@dataclass
class Page(Generic[RowT]):
    """Rows in order, whether more follow, and the total number when it was asked for."""

    rows: list[RowT]
    order: Order
    has_next: bool = False
    has_previous: bool = False
    total: int | None = None

    def cursor(self, row: RowT) -> str:
        return encode_cursor(self.order.name, [getattr(row, name) for name in self.order.columns])

    @cached_property
    def edges(self) -> "list[Edge[RowT]]":
        return [Edge(self, row) for row in self.rows]


@dataclass(frozen=True)
class Edge(Generic[RowT]):
    page: Page[RowT]
    node: RowT


class ReadError(DomainError):
    """The failure of one key of a batch; the other keys keep their results."""

    code = "READ_FAILED"
