"""Plans that are made before anybody runs their operation."""

from collections.abc import Iterator
from itertools import islice, product
from typing import Any

from graphql import (
    BooleanValueNode,
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableValues,
)

from execution.plan.cache import Plans, conditions_of
from execution.plan.executor import PlannedExecutor

# Each condition without a default doubles what an operation can be.
_MOST_PLANS = 8


def plan_ahead(schema: GraphQLSchema, document: DocumentNode) -> Iterator[int]:
    """Make the plans of a valid document's operations one by one, and yield the size of each.

    A variable that leaves fields out has its default, or else one value and the other.
    """
    plans = Plans.of(schema)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            for executor in islice(_executors(schema, document, definition), _MOST_PLANS):
                plan = plans.plan(executor)
                yield plan.size if plan else 0


def _executors(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
) -> Iterator[PlannedExecutor]:
    """Yield executors of an operation whose other variables have no values yet."""
    others = [each for each in document.definitions if not isinstance(each, type(operation))]
    without_variables = OperationDefinitionNode(
        operation=operation.operation, selection_set=operation.selection_set
    )
    executor = PlannedExecutor.build(schema, DocumentNode(definitions=(without_variables, *others)))
    assert isinstance(executor, PlannedExecutor)  # noqa: S101 - it lacks nothing.
    executor.operation = operation
    names = sorted(conditions_of(executor))
    for values in product(*(_possible(operation, name) for name in names)):
        executor.variable_values = VariableValues({}, dict(zip(names, values, strict=True)))
        yield executor


def _possible(operation: OperationDefinitionNode, name: str) -> tuple[Any, ...]:
    for each in operation.variable_definitions or ():
        if each.variable.name.value == name and isinstance(each.default_value, BooleanValueNode):
            return (each.default_value.value,)
    return (True, False)
