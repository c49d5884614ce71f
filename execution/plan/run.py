"""One execution of a plan."""

from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import GraphQLError, VariableValues

from execution.plan.positions import Position, whole_answer

if TYPE_CHECKING:
    from execution.plan.steps import Step


class Parent(NamedTuple):
    """An object that a step is asked of: what it was made from, its answer, and where it stands."""

    source: Any
    answer: dict[str, Any]
    position: Position


class Run:
    """For whom a plan is run and with which variables; what went wrong, and what is to be read."""

    def __init__(
        self, context: Any, root_value: Any, variables: VariableValues, *, hides_suggestions: bool
    ) -> None:
        self.context, self.root_value, self.variables = context, root_value, variables
        self.hides_suggestions = hides_suggestions
        self.errors: list[GraphQLError] = []
        self.top = whole_answer()
        self._has_nulled = False
        self._asked: dict[Step, list[Parent]] = {}

    def ask(self, step: "Step", parents: list[Parent]) -> None:
        """Leave a field of objects to be answered together with the same field of others."""
        if parents:
            self._asked.setdefault(step, []).extend(parents)

    def take_asked(self) -> "dict[Step, list[Parent]]":
        """Return what was left to be answered since the last call."""
        asked, self._asked = self._asked, {}
        return asked

    def fail(self, position: Position, error: GraphQLError) -> None:
        """Put null where a value cannot be, and tell why, once for all that becomes null by it."""
        nulled = position.nearest_nullable()
        if not nulled.is_gone:
            self.errors.append(error)
        nulled.null()
        self._has_nulled = True

    def still_there(self, parents: list[Parent]) -> list[Parent]:
        """Leave out the objects that became null meanwhile."""
        if not self._has_nulled:
            return parents
        return [each for each in parents if not each.position.is_gone]
