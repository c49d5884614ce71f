"""The arguments of one random document: what it says, and what is sent beside it."""

from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    is_required_argument,
)
from strawberry.utils.str_converters import to_camel_case

from execution.arguments import Argument
from tests.execution.differential.inputs import input_value, literal, nullable

# So often an argument is given that may be left out, and so often as a variable.
_GIVEN = 0.4
_VARIABLE = 0.4
# So often an argument is taken as it comes, though the shop refuses it.
_REFUSED = 0.05
_TRIES = 60
_CONDITION = GraphQLArgument(GraphQLNonNull(GraphQLBoolean))


class Arguments:
    """The definitions of the variables so far, and their values."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.definitions: list[str] = []
        self.variables: dict[str, Any] = {}
        # A variable that may stand wherever some type is wanted.
        self._alike: dict[str, str] = {}

    def of(self, field: GraphQLField) -> str:
        """Return the arguments of one use of a field, in brackets."""
        declared = getattr(field.extensions["strawberry-definition"], "own_arguments", ())
        own = {to_camel_case(each.name): each for each in declared}
        given = [
            f"{name}: {self._written(argument, self._accepted(own.get(name), name, argument))}"
            for name, argument in field.args.items()
            if is_required_argument(argument) or self._random.random() < _GIVEN
        ]
        self._random.shuffle(given)
        return f"({', '.join(given)})" if given else ""

    def condition(self) -> str:
        """Return a directive that may leave out what it stands at, or nothing."""
        if self._random.random() > 0.12:
            return ""
        name = self._random.choice(("skip", "include"))
        # More is left in than out.
        value = (name == "include") is (self._random.random() < 0.7)
        return f" @{name}(if: {self._written(_CONDITION, value)})"

    def _accepted(self, declared: Argument | None, name: str, argument: GraphQLArgument) -> Any:
        """Return a value that the shop takes, as far as a few tries find one."""
        value = input_value(self._random, name, argument.type)
        # Of these types the shop takes the values as JSON has them.
        if declared is None or str(nullable(argument.type)) not in {"ID", "Int", "String"}:
            return value
        tries = 0 if self._random.random() < _REFUSED else _TRIES
        while tries and not _takes(declared, value):
            value = input_value(self._random, name, argument.type)
            tries -= 1
        return value

    def _written(self, place: GraphQLArgument | GraphQLInputField, value: Any) -> str:
        """Write a value into the document, or send it, or a part of it, as a variable."""
        if self._random.random() < _VARIABLE:
            return self._variable(place, value)
        bare = nullable(place.type)
        if isinstance(value, list) and isinstance(bare, GraphQLList):
            entry = GraphQLInputField(bare.of_type)
            return f"[{', '.join(self._written(entry, each) for each in value)}]"
        if isinstance(value, dict) and isinstance(bare, GraphQLInputObjectType):
            parts = (
                f"{key}: {self._written(bare.fields[key], part)}" for key, part in value.items()
            )
            return f"{{{', '.join(parts)}}}"
        return literal(bare, value)

    def _variable(self, place: GraphQLArgument | GraphQLInputField, value: Any) -> str:
        """Declare a variable of a type that may stand where another is wanted, or use one again."""
        random, name = self._random, f"v{len(self.definitions)}"
        if str(place.type) in self._alike and random.random() < 0.3:
            return f"${self._alike[str(place.type)]}"
        bare = nullable(place.type)
        default, declared, is_sent = "", place.type, True
        if value is not None and random.random() < 0.3:
            default, is_sent = f" = {literal(bare, value)}", random.random() < 0.5
        if default or place.default_value is not Undefined:
            # Null may be sent then where none is wanted, and the field fails.
            declared = bare
            if random.random() < 0.02:
                value, is_sent = None, True
        elif value is not None and random.random() < 0.3:
            declared = GraphQLNonNull(bare)
        if value is None and random.random() < 0.5:
            is_sent = False
        if default or declared is not bare or bare is place.type:
            self._alike[str(place.type)] = name
        self.definitions.append(f"${name}: {declared}{default}")
        if is_sent or _is_needed(declared, default):
            self.variables[name] = value
        return f"${name}"


def _is_needed(declared: GraphQLInputType, default: str) -> bool:
    return isinstance(declared, GraphQLNonNull) and not default


def _takes(declared: Argument, value: Any) -> bool:
    try:
        if value is not None:
            declared.freeze(value)
    except ValueError:
        return False
    return True
