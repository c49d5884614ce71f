"""What a field's function is given: the arguments of the document, and what is asked below."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property
from types import NoneType
from typing import Any

from graphql import (
    ArgumentNode,
    GraphQLField,
    GraphQLResolveInfo,
    Undefined,
    VariableNode,
    Visitor,
    get_argument_values,
    visit,
)
from graphql.pyutils import UndefinedType
from strawberry.types.arguments import convert_arguments

from execution.arguments import Argument
from execution.asked import Asked, asked_of
from execution.calling import call_arguments
from execution.plan.run import Run
from execution.rows import NeedsColumns

# What Strawberry makes of arguments takes 0.2 ms for a filter, and pages are asked for again.
_MOST_CONVERTED = 100
_LONGEST_KEPT = 100
_SMALL = {int, bool, NoneType, UndefinedType}


class Given:
    """The arguments of one field of a document; they are read once for the same variables."""

    def __init__(
        self,
        info: GraphQLResolveInfo[Any],
        field: GraphQLField,
        function: Callable[..., Any],
        arguments: Sequence[Argument],
    ) -> None:
        self._field, self._node = field, info.field_nodes[0]
        self._function, self._arguments = function, arguments
        self._definition: NeedsColumns = field.extensions["strawberry-definition"]
        self._converter = info.schema._strawberry_schema.schema_converter  # type: ignore[attr-defined] # noqa: SLF001 - Strawberry puts it there.
        self._asked: Asked = asked_of(info)
        self._variables = _variables_in(self._node.arguments)
        self._converted: dict[Hashable, Converted] = {}

    def converted(self, run: Run) -> "Converted":
        """Return the arguments as Strawberry would give them; raises GraphQLError."""
        given = run.variables.coerced
        key = key_of([given.get(name, Undefined) for name in self._variables])
        if key is None:
            return self._convert(run)
        if key not in self._converted:
            if len(self._converted) >= _MOST_CONVERTED:
                self._converted.clear()
            self._converted[key] = self._convert(run)
        return self._converted[key]

    def _convert(self, run: Run) -> "Converted":
        coerced = get_argument_values(
            self._field, self._node, run.variables, None, run.hides_suggestions
        )
        values = convert_arguments(
            coerced,
            self._definition.arguments,
            self._converter.scalar_registry,
            self._converter.config,
        )
        return Converted(
            lambda: call_arguments(self._function, self._asked, values, self._arguments)
        )


class Converted:
    """Arguments that are in order so far, for whoever may ask for the field."""

    def __init__(self, call: Callable[[], dict[str, Any]]) -> None:
        self._call = call

    @cached_property
    def by_name(self) -> dict[str, Any]:
        """All that the field's function takes; raises BadInput."""
        return self._call()


def key_of(values: Iterable[Any]) -> Hashable:
    """Return what values of variables can be remembered by, None where they take much memory."""
    key: list[Any] = []
    for value in values:
        type_ = type(value)
        if type_ not in _SMALL and (type_ is not str or len(value) > _LONGEST_KEPT):
            return None
        key += (type_, value)
    return tuple(key)


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_args: object) -> None:
        self.names.add(node.name.value)


def _variables_in(arguments: Sequence[ArgumentNode] | None) -> tuple[str, ...]:
    seen = _Variables()
    for each in arguments or ():
        visit(each, seen)
    return tuple(sorted(seen.names))
