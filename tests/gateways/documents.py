"""Valid queries drawn from a schema: through interfaces, unions, fragments, aliases and conditions.

What is asked follows the schema alone, so that most of it crosses from one subgraph to another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    GraphQLArgument,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    ast_from_value,
    get_named_type,
    is_composite_type,
    is_required_argument,
    parse,
    print_ast,
    validate,
)
from hypothesis import assume
from hypothesis import strategies as st


@dataclass(frozen=True)
class Words:
    """Values that an argument can be given, and some that are refused."""

    good: st.SearchStrategy[Any]
    bad: Sequence[Any] = ()


# By the coordinates of an argument (`Query.node.id`) or, where these are missing, by its name.
Vocabulary: TypeAlias = Mapping[str, Words]

DEPTH = 10
MOST_FIELDS = 50
TYPENAME = "__typename"


@dataclass(frozen=True)
class Operation:
    document: str
    variables: Mapping[str, Any]


@st.composite
def queries(draw: st.DrawFn, schema: GraphQLSchema, vocabulary: Vocabulary) -> Operation:
    """Draw a query and the variables for it."""
    operation = _Writer(draw, schema, vocabulary).operation()
    # Two fragments may ask for fields of the same name and of different types.
    assume(validate(schema, parse(operation.document)) == [])
    return operation


class _Writer:
    def __init__(self, draw: st.DrawFn, schema: GraphQLSchema, vocabulary: Vocabulary) -> None:
        self._draw, self._schema, self._vocabulary = draw, schema, vocabulary
        self._fragments: list[str] = []
        self._declared: list[str] = []
        self._variables: dict[str, Any] = {}
        self._fields = 0
        self._has_erred = False

    def operation(self) -> Operation:
        assert self._schema.query_type is not None
        selection = self._of_object(self._schema.query_type, DEPTH)
        declared = f"({', '.join(self._declared)})" if self._declared else ""
        document = "\n".join([f"query Drawn{declared} {selection}", *self._fragments])
        return Operation(print_ast(parse(document)), self._variables)

    def _selection(self, type_: GraphQLCompositeType, depth: int) -> str:
        if isinstance(type_, GraphQLObjectType):
            return self._of_object(type_, depth)
        return self._of_abstract(type_, depth)

    def _of_object(self, type_: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        simple = [name for name, field in type_.fields.items() if not _is_composite(field)]
        deep = [name for name in type_.fields if name not in simple] if depth else []
        # What is below a field tells more of the gateways than a value does.
        names = st.sampled_from([*simple, TYPENAME, *deep, *deep])
        chosen = self._draw(st.lists(names, min_size=1, max_size=4))
        fields = " ".join([self._field(type_, name, depth) for name in chosen])
        return self._wrapped(type_, fields)

    def _of_abstract(self, type_: GraphQLInterfaceType | GraphQLUnionType, depth: int) -> str:
        possible = sorted(self._schema.get_possible_types(type_), key=lambda each: each.name)
        chosen = self._draw(
            st.lists(st.sampled_from(possible), min_size=1, max_size=3, unique=True)
        )
        parts = [f"... on {each.name} {self._of_object(each, depth)}" for each in chosen]
        if isinstance(type_, GraphQLInterfaceType) and self._draw(st.booleans()):
            parts.append(f"... {self._of_object(type_, depth)}")
        return f"{{ {TYPENAME} {' '.join(parts)} }}"

    def _wrapped(self, type_: GraphQLObjectType | GraphQLInterfaceType, fields: str) -> str:
        """Write fields as they are, or behind a fragment."""
        form = self._draw(st.sampled_from(["plain", "plain", "plain", "inline", "spread"]))
        if form == "plain":
            return f"{{ {fields} }}"
        if form == "inline":
            return f"{{ ... on {type_.name} {self._condition()} {{ {fields} }} {TYPENAME} }}"
        name = f"F{len(self._fragments)}"
        self._fragments.append(f"fragment {name} on {type_.name} {{ {fields} }}")
        return f"{{ ...{name} {self._condition()} {TYPENAME} }}"

    def _field(
        self, parent: GraphQLObjectType | GraphQLInterfaceType, name: str, depth: int
    ) -> str:
        self._fields += 1
        if name == TYPENAME:
            return name
        number, field = self._fields, parent.fields[name]
        arguments = self._arguments(f"{parent.name}.{name}", field)
        condition = self._condition() if self._one_in(10) else ""
        below = ""
        named = get_named_type(field.type)
        if is_composite_type(named):
            below = self._selection(named, depth - 1 if self._fields < MOST_FIELDS else 0)
        # The same field with other arguments needs a name of its own. So does one on a condition:
        # Hive Gateway drops it altogether where it is asked for twice, on a condition and on none.
        has_alias = arguments or condition or self._one_in(5)
        return f"{f'f{number}: ' if has_alias else ''}{name}{arguments} {condition} {below}"

    def _condition(self) -> str:
        """Write that a part is left out, or not, or nothing about that."""
        kind = self._draw(st.sampled_from(["", "", "include", "skip"]))
        if not kind:
            return ""
        return f"@{kind}(if: {self._variable('Boolean!', self._draw(st.booleans()))})"

    def _arguments(self, where: str, field: GraphQLField) -> str:
        given = [
            f"{name}: {self._argument(f'{where}.{name}', name, argument)}"
            for name, argument in field.args.items()
            if is_required_argument(argument) or self._draw(st.booleans())
        ]
        return f"({', '.join(given)})" if given else ""

    def _argument(self, where: str, name: str, argument: GraphQLArgument) -> str:
        words = self._vocabulary.get(where) or self._vocabulary[name]
        value = self._draw(st.sampled_from(words.bad) if self._errs(words) else words.good)
        if self._draw(st.booleans()):
            return self._variable(str(argument.type), value)
        node = ast_from_value(value, argument.type)
        assert node is not None
        return print_ast(node)

    def _errs(self, words: Words) -> bool:
        """Be wrong at times, and once at most: an answer need not tell more than one mistake."""
        if self._has_erred or not words.bad or not self._one_in(8):
            return False
        self._has_erred = True
        return True

    def _variable(self, type_: str, value: object) -> str:
        name = f"v{len(self._declared)}"
        self._declared.append(f"${name}: {type_}")
        self._variables[name] = value
        return f"${name}"

    def _one_in(self, many: int) -> bool:
        return self._draw(st.integers(1, many)) == many


def _is_composite(field: GraphQLField) -> bool:
    return is_composite_type(get_named_type(field.type))
