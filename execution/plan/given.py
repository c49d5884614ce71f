"""What a field's function is given: the arguments of the document, and what is asked below."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    ArgumentNode,
    GraphQLField,
    GraphQLResolveInfo,
    VariableNode,
    Visitor,
    get_argument_values,
    visit,
)
from strawberry.types.arguments import convert_arguments

from execution.arguments import Argument
from execution.asked import Asked, asked_of
from execution.calling import call_arguments
from execution.plan.run import Run
from execution.rows import NeedsColumns


class Given:
    """The arguments of one field of a document; they are read once, unless variables are in it."""

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
        self._is_constant = not _has_variables(self._node.arguments)
        self._constant: dict[str, Any] | None = None

    def converted(self, run: Run) -> dict[str, Any]:
        """Return the arguments as Strawberry would give them; raises GraphQLError."""
        if not self._definition.arguments:
            return {}
        coerced = get_argument_values(
            self._field, self._node, run.variables, None, run.hides_suggestions
        )
        return convert_arguments(
            coerced,
            self._definition.arguments,
            self._converter.scalar_registry,
            self._converter.config,
        )

    def by_name(self, converted: Mapping[str, Any]) -> dict[str, Any]:
        """Return all that the field's function takes; raises BadInput."""
        if self._constant is not None:
            return self._constant
        found = call_arguments(self._function, self._asked, converted, self._arguments)
        if self._is_constant:
            self._constant = found
        return found


class _Variables(Visitor):
    found = False

    def enter_variable(self, _node: VariableNode, *_args: object) -> None:
        self.found = True


def _has_variables(arguments: Sequence[ArgumentNode] | None) -> bool:
    seen = _Variables()
    for each in arguments or ():
        visit(each, seen)
    return seen.found
