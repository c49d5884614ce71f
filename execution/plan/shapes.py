"""How values become parts of an answer, as the specification completes them.

https://spec.graphql.org/October2021/#sec-Value-Completion
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLLeafType,
    GraphQLResolveInfo,
    Undefined,
    default_type_resolver,
    located_error,
)
from graphql.pyutils import inspect, is_iterable

from execution.plan.positions import Position
from execution.plan.run import Run

if TYPE_CHECKING:
    from execution.plan.selections import Selection


class Shape(ABC):
    """What the values of one field are, or the entries of its list; `info` tells which field."""

    # Whether everything in it is known from the value alone, without reading.
    is_pure = True

    def __init__(self, info: GraphQLResolveInfo[Any], *, is_nullable: bool) -> None:
        self.info, self.is_nullable = info, is_nullable

    def placed(self, value: Any, position: Position, run: Run) -> Any:
        """Return what stands at a position: null, with an error told, where it cannot be.

        Raises GraphQLError where it cannot be and may not be null either.
        """
        try:
            return self.complete(value, position, run)
        except Exception as raised:
            error = located_error(raised, self.info.field_nodes, position.path)
            if not self.is_nullable:
                raise error from raised
            run.fail(position, error)
            return None

    def complete(self, value: Any, position: Position, run: Run) -> Any:
        """Return a value as it stands in an answer; raises what it is, or why it cannot be."""
        if isinstance(value, Exception):
            raise value
        if value is not None and value is not Undefined:
            return self._complete(value, position, run)
        if self.is_nullable:
            return None
        field = f"{self.info.parent_type}.{self.info.field_name}"
        raise TypeError(f"Cannot return null for non-nullable field {field}.")

    @abstractmethod
    def _complete(self, value: Any, position: Position, run: Run) -> Any: ...


class Leaf(Shape):
    """A value of a scalar or an enum."""

    def __init__(
        self, info: GraphQLResolveInfo[Any], type_: GraphQLLeafType, *, is_nullable: bool
    ) -> None:
        super().__init__(info, is_nullable=is_nullable)
        self.type = type_

    def _complete(self, value: Any, position: Position, run: Run) -> Any:
        del position, run
        found = self.type.coerce_output_value(value)
        if found is None or found is Undefined:
            raise TypeError(
                f"Expected `{inspect(self.type)}.coerce_output_value({inspect(value)})` to return"
                f" non-nullable value, returned: {inspect(found)}"
            )
        return found


class ListOf(Shape):
    """A list whose entries all have one shape."""

    def __init__(self, info: GraphQLResolveInfo[Any], entry: Shape, *, is_nullable: bool) -> None:
        super().__init__(info, is_nullable=is_nullable)
        self.entry, self.is_pure = entry, entry.is_pure

    def _complete(self, value: Any, position: Position, run: Run) -> Any:
        if not is_iterable(value):
            field = f"{self.info.parent_type}.{self.info.field_name}"
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{field}'.")
        entries = list(value)
        answer: list[Any] = [None] * len(entries)
        for index, entry in enumerate(entries):
            here = Position(position, index, answer, is_nullable=self.entry.is_nullable)
            answer[index] = self.entry.placed(entry, here, run)
        return answer


class ObjectOf(Shape):
    """An object of one type."""

    def __init__(
        self, info: GraphQLResolveInfo[Any], selection: "Selection", *, is_nullable: bool
    ) -> None:
        super().__init__(info, is_nullable=is_nullable)
        self.selection, self.is_pure = selection, selection.is_pure

    def _complete(self, value: Any, position: Position, run: Run) -> Any:
        return self.selection.complete(value, position, run)


class OneOf(Shape):
    """An object of one of the types of an interface or a union."""

    def __init__(
        self,
        info: GraphQLResolveInfo[Any],
        type_: GraphQLAbstractType,
        selections: "Mapping[str, Selection]",
        *,
        is_nullable: bool,
    ) -> None:
        super().__init__(info, is_nullable=is_nullable)
        self.type, self.selections = type_, selections
        self.is_pure = all(each.is_pure for each in selections.values())
        self._type_of: Callable[..., Any] = type_.resolve_type or default_type_resolver

    def type_name(self, value: Any) -> Any:
        """Return the name of the type that an object has."""
        return self._type_of(value, self.info, self.type)

    def _complete(self, value: Any, position: Position, run: Run) -> Any:
        name = self.type_name(value)
        selection = self.selections.get(name) if isinstance(name, str) else None
        if selection is None:
            raise GraphQLError(self._why_not(name, value), self.info.field_nodes)
        return selection.complete(value, position, run)

    def _why_not(self, name: Any, value: Any) -> str:
        """Say what is wrong with the type of an object, in graphql-core's words."""
        field = f"{self.info.parent_type}.{self.info.field_name}"
        must = f"Abstract type '{self.type}' must resolve to an Object type at runtime for field"
        if name is None:
            return (
                f"{must} '{field}'. Either the '{self.type}' type should provide a 'resolve_type'"
                " function or each possible type should provide an 'is_type_of' function."
            )
        if not isinstance(name, str):
            return (
                f"{must} '{field}' with value {inspect(value)}, received '{inspect(name)}', which"
                " is not a valid Object type name."
            )
        if name not in self.info.schema.type_map:
            was = f"Abstract type '{self.type}' was resolved to a type"
            return f"{was} '{name}' that does not exist inside the schema."
        return f"Runtime Object type '{name}' is not a possible type for '{self.type}'."
