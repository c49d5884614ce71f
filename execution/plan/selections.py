"""What is selected of the objects of one type at one place of an answer."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLObjectType
from graphql.pyutils import inspect

from execution.plan.positions import Position
from execution.plan.run import Parent, Run
from execution.plan.shapes import Shape
from execution.plan.steps import Step


class Constant:
    """A field that has the same value in all objects of a type: `__typename`."""

    def __init__(self, key: str, value: str) -> None:
        self.key, self.value = key, value


class Value:
    """A field whose value is in the row: an attribute by its name, or derived from columns."""

    def __init__(
        self,
        key: str,
        shape: Shape,
        function: Callable[[Any], Any],
        attribute: str | None = None,
        columns: frozenset[str] = frozenset(),
    ) -> None:
        self.key, self.shape, self.function = key, shape, function
        self.attribute, self.columns = attribute, columns

    def complete(self, parent: Parent, run: Run) -> Any:
        """Return what stands in the field of an object; raises GraphQLError as `placed` does."""
        here = Position(
            parent.position, self.key, parent.answer, is_nullable=self.shape.is_nullable
        )
        value: Any
        try:
            value = self.function(parent.source)
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is this field's error.
            value = raised
        return self.shape.placed(value, here, run)


Field = Constant | Value | Step


class Selection:
    """The fields that an object of one type has in an answer, in their order.

    What its row says by itself is put together by generated code. Where that meets anything out of
    the ordinary, such as a null that may not be, it raises, and the object is made again with care.
    """

    def __init__(
        self, type_: GraphQLObjectType, nodes: Sequence[FieldNode], fields: Sequence[Field]
    ) -> None:
        self.type, self._nodes, self.fields = type_, list(nodes), tuple(fields)
        self.steps = [each for each in fields if isinstance(each, Step)]
        self.nested = [each for each in self._values() if not each.shape.is_pure]
        self.is_pure = not self.steps and not self.nested
        self.quickly: Callable[[Any], dict[str, Any]]

    def _values(self) -> Iterator[Value]:
        return (each for each in self.fields if isinstance(each, Value))

    def complete(self, source: Any, position: Position, run: Run) -> dict[str, Any]:
        """Make an object's answer, and leave its reads to be answered with those of others."""
        try:
            answer = self.quickly(source)
        except Exception:  # noqa: BLE001 - whatever it is, it is found again below.
            answer = self._carefully(source, position, run)
        parent = Parent(source, answer, position)
        for each in self.nested:
            answer[each.key] = each.complete(parent, run)
        for step in self.steps:
            beside = step.neighbour and getattr(source, step.neighbour, None)
            if beside is None:
                run.ask(step, [parent])
            else:
                # As the code for whole lists does: what is below it is asked with theirs.
                answer[step.key] = step.shape.placed(beside, step.position(parent), run)
        return answer

    def _carefully(self, source: Any, position: Position, run: Run) -> dict[str, Any]:
        if self.type.is_type_of and not self.type.is_type_of(source, None):  # type: ignore[arg-type]
            message = f"Expected value of type '{self.type}' but got: {inspect(source)}."
            raise GraphQLError(message, self._nodes)
        answer: dict[str, Any] = {}
        parent = Parent(source, answer, position)
        for each in self.fields:
            if isinstance(each, Constant):
                answer[each.key] = each.value
            elif isinstance(each, Value) and each.shape.is_pure:
                answer[each.key] = each.complete(parent, run)
            else:
                answer[each.key] = None
        return answer
