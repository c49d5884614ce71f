"""Valid queries drawn from a schema: through interfaces, fragments, aliases and conditions.

What is asked follows the schema alone, so that most of it crosses from one subgraph to another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    ast_from_value,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
    print_ast,
    validate,
)

DEPTH = 10
MOST_FIELDS = 50
TYPENAME = "__typename"


@dataclass(frozen=True)
class Words:
    """Values that an argument can be given, and some that are refused."""

    good: Sequence[Any]
    bad: Sequence[Any] = ()


# By the coordinates of an argument (`Query.node.id`) or, where these are missing, by its name.
Vocabulary: TypeAlias = Mapping[str, Words]
FieldsType: TypeAlias = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True)
class Operation:
    document: str
    variables: Mapping[str, Any]


def draw_query(schema: GraphQLSchema, vocabulary: Vocabulary, random: Random) -> Operation:
    """Draw a query and the variables for it."""
    while True:
        operation = _Writer(schema, vocabulary, random).operation()
        # Two fragments may ask for fields of the same name and of different types.
        if validate(schema, parse(operation.document)) == []:
            return operation


class _Writer:
    def __init__(self, schema: GraphQLSchema, vocabulary: Vocabulary, random: Random) -> None:
        self._schema, self._vocabulary, self._random = schema, vocabulary, random
        self._fragments: list[str] = []
        self._declared: list[str] = []
        self._variables: dict[str, Any] = {}
        self._fields = 0
        self._has_erred = False

    def operation(self) -> Operation:
        assert self._schema.query_type is not None
        selection = self._selection(self._schema.query_type, DEPTH)
        declared = f"({', '.join(self._declared)})" if self._declared else ""
        document = "\n".join([f"query Drawn{declared} {selection}", *self._fragments])
        return Operation(print_ast(parse(document)), self._variables)

    def _selection(self, type_: GraphQLNamedType, depth: int) -> str:
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            return self._of_abstract(type_, depth)
        assert isinstance(type_, GraphQLObjectType)
        return self._wrapped(type_, self._some_fields(type_, depth))

    def _of_abstract(self, type_: GraphQLInterfaceType | GraphQLUnionType, depth: int) -> str:
        possible = sorted(self._schema.get_possible_types(type_), key=lambda each: each.name)
        chosen = self._random.sample(possible, self._random.randint(1, len(possible)))
        parts = [f"... on {each.name} {self._selection(each, depth)}" for each in chosen]
        if isinstance(type_, GraphQLInterfaceType) and self._one_in(2):
            parts.append(self._some_fields(type_, depth))
        return f"{{ {TYPENAME} {' '.join(parts)} }}"

    def _some_fields(self, type_: FieldsType, depth: int) -> str:
        fields = {name: each for name, each in type_.fields.items() if depth or _is_leaf(each)}
        # Most of what there is to find lies where objects lead to others.
        weights = [8 if _leads(each) else 1 for each in fields.values()]
        many = self._random.randint(1, 4)
        names = self._random.choices([*fields, TYPENAME], [*weights, 1], k=many)
        return " ".join([self._field(type_, name, depth) for name in names])

    def _wrapped(self, type_: GraphQLObjectType, fields: str) -> str:
        """Write fields as they are, or behind a fragment."""
        form = self._random.choice(["plain", "plain", "plain", "inline", "spread"])
        if form == "plain":
            return f"{{ {fields} }}"
        if form == "inline":
            return f"{{ ... on {type_.name} {self._condition(3)} {{ {fields} }} {TYPENAME} }}"
        name = f"F{len(self._fragments)}"
        self._fragments.append(f"fragment {name} on {type_.name} {{ {fields} }}")
        return f"{{ ...{name} {self._condition(3)} {TYPENAME} }}"

    def _field(self, parent: FieldsType, name: str, depth: int) -> str:
        self._fields += 1
        if name == TYPENAME:
            return name
        number, field = self._fields, parent.fields[name]
        arguments = self._arguments(f"{parent.name}.{name}", field)
        condition, below = self._condition(10), ""
        if not _is_leaf(field):
            left = depth - 1 if self._fields < MOST_FIELDS else 0
            below = self._selection(get_named_type(field.type), left)
        # The same field with other arguments needs a name of its own. So does one on a condition:
        # Hive Gateway drops it altogether where it is asked for twice, on a condition and on none.
        has_alias = arguments or condition or self._one_in(5)
        return f"{f'f{number}: ' if has_alias else ''}{name}{arguments} {condition} {below}"

    def _condition(self, rarity: int) -> str:
        """Write now and then that something is left out, or not."""
        if not self._one_in(rarity):
            return ""
        directive, is_asked = self._random.choice(["include", "skip"]), self._one_in(2)
        return f"@{directive}(if: {self._variable('Boolean!', is_asked)})"

    def _arguments(self, where: str, field: GraphQLField) -> str:
        given = [
            f"{name}: {self._argument(f'{where}.{name}', name, argument)}"
            for name, argument in field.args.items()
            if is_required_argument(argument) or self._one_in(2)
        ]
        return f"({', '.join(given)})" if given else ""

    def _argument(self, where: str, name: str, argument: GraphQLArgument) -> str:
        words = self._vocabulary.get(where) or self._vocabulary[name]
        value = self._random.choice(words.bad if self._errs(words) else words.good)
        if self._one_in(2):
            return self._variable(str(argument.type), value)
        node = ast_from_value(value, argument.type)
        assert node is not None
        return print_ast(node)

    def _errs(self, words: Words) -> bool:
        """Be wrong at times, and once at most: an answer need not tell more than one mistake."""
        if self._has_erred or not words.bad or not self._one_in(10):
            return False
        self._has_erred = True
        return True

    def _variable(self, type_: str, value: object) -> str:
        name = f"v{len(self._declared)}"
        self._declared.append(f"${name}: {type_}")
        self._variables[name] = value
        return f"${name}"

    def _one_in(self, many: int) -> bool:
        return self._random.randrange(many) == 0


def _is_leaf(field: GraphQLField) -> bool:
    return is_leaf_type(get_named_type(field.type))


def _leads(field: GraphQLField) -> bool:
    """Whether a field returns objects with ids, or values that lead to such."""
    type_ = get_named_type(field.type)
    if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        return False
    if "Node" in {type_.name, *(each.name for each in type_.interfaces)}:
        return True
    return any(map(_leads, type_.fields.values()))
