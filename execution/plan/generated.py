"""Code that makes answers of rows, written for one selection and compiled with its plan.

For `{ slug price { amount } category { name } }` of a product it is about:

    def made(value):
        if type(value) is not _1: raise Unusual
        v0 = value.slug
        if type(v0) is not str: raise Unusual
        v1 = _2(value.price_minor, value.currency)
        return {"slug": v0, "price": v1, "category": None}

`_1` is the class of a product's rows, and `_2` remembers what was made of such columns: the price
that is derived from them, completed by a function like this one. The category is read later, and
put into its place.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
    is_enum_type,
)

from execution.plan.remembering import by_columns, own_columns
from execution.plan.selections import Constant, Selection, Value
from execution.plan.shapes import Leaf, ListOf, ObjectOf, OneOf, Shape
from execution.rows import IsRow

Function = Callable[[Any], Any]

# What is written as it is, where it is of just this class.
_EXACT: dict[GraphQLLeafType, str] = {
    GraphQLString: "str",
    GraphQLID: "str",
    GraphQLBoolean: "bool",
    GraphQLInt: "int",
}
_WIDTH_OF_INT = "-2147483648 <= {0} <= 2147483647"


class Unusual(Exception):
    """A value is not what nearly all are, and has to be completed with care."""


class Code:
    """The lines of a function, and the objects that they name."""

    def __init__(self, *parameters: str, **names: object) -> None:
        self._lines = [f"def made({', '.join(parameters)}):"]
        self._names: dict[str, Any] = {"Unusual": Unusual, **names}

    def name(self, named: object) -> str:
        name = f"_{len(self._names)}"
        self._names[name] = named
        return name

    def write(self, *lines: str) -> None:
        self._lines += [f"    {line}" for line in lines]

    def compiled(self) -> Callable[..., Any]:
        # All of it is written here: keys are names of GraphQL, and attributes those of our rows.
        exec("\n".join(self._lines), self._names)  # noqa: S102
        made: Callable[..., Any] = self._names["made"]
        return made


def generate(selection: Selection) -> Function:
    """Return what makes an object's answer from its row, with null for what is read later.

    The function raises where a value is out of the ordinary, whatever it happens to meet.
    """
    code = Code("value")
    code.write(*_checking(selection, code))
    parts: list[str] = []
    for place, field in enumerate(selection.fields):
        answer = "None"
        if isinstance(field, Constant):
            answer = repr(field.value)
        elif isinstance(field, Value) and field.shape.is_pure:
            answer = f"v{place}"
            code.write(*_answering(field, answer, selection, code))
        parts.append(f"{field.key!r}: {answer}")
    code.write(f"return {{{', '.join(parts)}}}")
    return code.compiled()


def _answering(field: Value, name: str, selection: Selection, code: Code) -> Iterator[str]:
    """Yield the lines that put what stands in a field of an object into a name."""
    is_type_of = selection.type.is_type_of
    if isinstance(is_type_of, IsRow) and (columns := own_columns(field, is_type_of.row)):
        made = code.name(by_columns(field, is_type_of.row, columns))
        yield f"{name} = {made}({', '.join(f'value.{each}' for each in columns)})"
        return
    yield f"{name} = {value_of(field, 'value', code)}"
    yield from _completing(field.shape, name, code)


def _checking(selection: Selection, code: Code) -> Iterator[str]:
    is_type_of = selection.type.is_type_of
    if isinstance(is_type_of, IsRow):
        yield f"if type(value) is not {code.name(is_type_of.row)}: raise Unusual"
        if is_type_of.when is not None:
            column, told = is_type_of.when
            yield f"if value.{column} != {told!r}: raise Unusual"
        return
    yield "if value is None or isinstance(value, Exception): raise Unusual"
    if is_type_of is not None:
        yield f"if not {code.name(is_type_of)}(value, None): raise Unusual"


def generate_for(shape: Shape) -> Function:
    """Return what completes a value of a shape in which nothing is read later."""
    code = Code("value")
    code.write("if isinstance(value, Exception): raise Unusual")
    code.write(*_completing(shape, "value", code), "return value")
    return code.compiled()


def value_of(field: Value, value: str, code: Code) -> str:
    """Return the expression of what a field has, of the row that a variable holds."""
    if field.attribute is not None:
        return f"{value}.{field.attribute}"
    return f"{code.name(field.function)}({value})"


def _completing(shape: Shape, name: str, code: Code) -> Iterator[str]:
    """Yield the lines that complete the value of a name in its place."""
    if isinstance(shape, Leaf) and shape.type in _EXACT:
        yield f"if {_unless_null(shape, name)}({_not_exact(shape.type, name)}): raise Unusual"
        return
    if not shape.is_nullable:
        yield f"if {name} is None: raise Unusual"
    if isinstance(shape, Leaf) and shape.type.coerce_output_value is str:
        # A text is a text, and needs no function to be made one.
        other = f"{_unless_null(shape, name)}type({name}) is not str"
        yield f"if {other}: {name} = {code.name(_text)}({name})"
        return
    null = f"None if {name} is None else " if shape.is_nullable else ""
    yield f"{name} = {null}{code.name(_function(shape))}({name})"


def _unless_null(shape: Shape, name: str) -> str:
    return f"{name} is not None and " if shape.is_nullable else ""


def _not_exact(type_: GraphQLLeafType, name: str) -> str:
    other_class = f"type({name}) is not {_EXACT[type_]}"
    if type_ is GraphQLInt:
        return f"{other_class} or not {_WIDTH_OF_INT.format(name)}"
    return other_class


def _function(shape: Shape) -> Function:
    """Return what completes a value that is not null."""
    if isinstance(shape, ObjectOf):
        return shape.selection.quickly
    if isinstance(shape, OneOf):
        return _by_type(shape)
    if isinstance(shape, ListOf):
        return _each(generate_for(shape.entry))
    assert isinstance(shape, Leaf)  # noqa: S101 - there is no other shape.
    return _by_table(shape.type) if is_enum_type(shape.type) else _coerced(shape.type)


def _by_type(shape: OneOf) -> Function:
    made = {name: selection.quickly for name, selection in shape.selections.items()}
    type_name = shape.type_name
    by_class = _by_class(shape)

    def by_type(value: Any) -> Any:
        known = by_class.get(type(value))
        if known is not None:
            return known(value)
        if isinstance(value, Exception):
            raise Unusual
        return made[type_name(value)](value)

    return by_type


def _by_class(shape: OneOf) -> dict[type, Function]:
    """Return what completes the rows of each class that tells the type, if by a column of it."""
    alone = {row: each.quickly for row, each in selections_by_class(shape).items()}
    columns: defaultdict[type, set[str | None]] = defaultdict(set)
    tables: defaultdict[type, dict[str, Function]] = defaultdict(dict)
    for is_row, selection in _rows_of(shape):
        column, value = is_row.when or (None, "")
        columns[is_row.row].add(column)
        tables[is_row.row][value] = selection.quickly
    told = {
        row: _by_column(column, tables[row])
        for row, (column, *others) in columns.items()
        if column is not None and not others
    }
    return alone | told


def _by_column(column: str, table: Mapping[str, Function]) -> Function:
    return lambda row: table[getattr(row, column)](row)


def selections_by_class(shape: OneOf) -> dict[type, Selection]:
    """Return what is selected of the rows of which the class alone tells the type."""
    rows = list(_rows_of(shape))
    shared = Counter(is_row.row for is_row, _ in rows)
    return {
        is_row.row: selection
        for is_row, selection in rows
        if is_row.when is None and shared[is_row.row] == 1
    }


def _rows_of(shape: OneOf) -> Iterator[tuple[IsRow, Selection]]:
    for each in shape.selections.values():
        if isinstance(each.type.is_type_of, IsRow):
            yield each.type.is_type_of, each


def _each(entry: Function) -> Function:
    def each(value: Any) -> list[Any]:
        if type(value) is not list and type(value) is not tuple:
            raise Unusual
        return [entry(one) for one in value]

    return each


def _by_table(type_: GraphQLEnumType) -> Function:
    table = {each.value: name for name, each in type_.values.items()}
    return table.__getitem__


def _text(value: Any) -> str:
    if isinstance(value, Exception):
        raise Unusual
    return str(value)


def _coerced(type_: GraphQLLeafType) -> Function:
    coerce = type_.coerce_output_value

    def coerced(value: Any) -> Any:
        found = coerce(value)
        if found is None or found is Undefined or isinstance(value, Exception):
            raise Unusual
        return found

    return coerced
