"""The plans of the operations that were run lately."""

from collections import OrderedDict
from typing import Any, Self

from graphql import (
    DirectiveNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLSchema,
    GraphQLSkipDirective,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution import Executor

from core.telemetry import PLANS
from execution.plan.compiler import Compiler, NotCovered
from execution.plan.plan import Plan

# A field takes about 3 kB in a plan, so that these take 150 MB at most.
MOST_FIELDS = 50_000

_EXTENSION = "pyshop-plans"


class _Planned:
    """The plans of one operation, by the values of the variables that leave fields out."""

    def __init__(self, executor: "Executor[Any]") -> None:
        # While it is kept, no other operation can have the identity of this one.
        self.operation = executor.operation
        self._conditions = sorted(conditions_of(executor))
        self._plans: dict[tuple[Any, ...], Plan | None] = {}
        self.size = 0

    def plan(self, executor: "Executor[Any]") -> Plan | None:
        given = executor.variable_values.coerced
        conditions = tuple(given.get(name) for name in self._conditions)
        if conditions not in self._plans:
            named = dict(zip(self._conditions, conditions, strict=True))
            plan = self._plans[conditions] = _compiled(executor, named)
            self.size += plan.size if plan else 1
        return self._plans[conditions]


def _compiled(executor: "Executor[Any]", conditions: dict[str, Any]) -> Plan | None:
    PLANS.inc()
    try:
        return Compiler(executor, conditions).compile()
    # The second is a condition without a value, which is the error of whatever object has the
    # field. There may be none, so it is found out by those who make the objects first.
    except (NotCovered, GraphQLError):
        return None


class Plans:
    """Keeps the plans of one schema, and forgets those that were not run for the longest time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, _Planned] = OrderedDict()
        self._size = 0

    @classmethod
    def of(cls, schema: GraphQLSchema) -> Self:
        plans = schema.extensions.get(_EXTENSION)
        if plans is None:
            plans = schema.extensions[_EXTENSION] = cls()
        return plans

    def plan(self, executor: "Executor[Any]") -> Plan | None:
        """Return the plan of what an executor is to run, made if need be; None for no plan."""
        planned = self._kept.get(id(executor.operation)) or self._add(executor)
        self._kept.move_to_end(id(executor.operation))
        before = planned.size
        plan = planned.plan(executor)
        self._size += planned.size - before
        while self._size > MOST_FIELDS and len(self._kept) > 1:
            _, forgotten = self._kept.popitem(last=False)
            self._size -= forgotten.size
        return plan

    def _add(self, executor: "Executor[Any]") -> _Planned:
        planned = self._kept[id(executor.operation)] = _Planned(executor)
        return planned


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_args: object) -> None:
        if node.name.value in {GraphQLSkipDirective.name, GraphQLIncludeDirective.name}:
            for argument in node.arguments or ():
                if isinstance(argument.value, VariableNode):
                    self.names.add(argument.value.name.value)


def conditions_of(executor: "Executor[Any]") -> set[str]:
    """Return the names of the variables that leave fields out of an operation."""
    found = _Conditions()
    for each in (executor.operation, *executor.fragment_definitions.values()):
        visit(each, found)
    return found.names
