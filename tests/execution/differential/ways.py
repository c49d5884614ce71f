"""The ways to run a document: by graphql-core, by another executor, and by one that tells more."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute,
    subscribe,
)
from graphql.pyutils import Path
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.utils.await_maybe import await_maybe

from core.viewer import Viewer
from tests.execution.differential.shop import Call, Operation, coordinate_of
from tests.execution.differential.world import World

Core = StrawberryGraphQLCoreExecutionContext
Position = tuple[str | int, ...]


@dataclass(frozen=True)
class Case:
    """A document to run as a viewer in a world."""

    document: DocumentNode
    variables: dict[str, Any]
    viewer: Viewer
    world: World

    @property
    def kind(self) -> OperationType:
        return next(
            each.operation
            for each in self.document.definitions
            if isinstance(each, OperationDefinitionNode)
        )


@dataclass(frozen=True)
class Outcome:
    """The results of a run, several for a subscription, and what it called on the way."""

    results: list[ExecutionResult]
    calls: list[Call]
    # How the stream of a subscription ended, where it failed.
    end: Exception | None = None


async def run(schema: GraphQLSchema, case: Case, executor: type[Core]) -> Outcome:
    context = Operation(schema, case.world, case.viewer)
    given: dict[str, Any] = {
        "variable_values": case.variables,
        "context_value": context,
        "executor_class": executor,
    }
    if case.kind is not OperationType.SUBSCRIPTION:
        given["is_awaitable"] = optimized_is_awaitable
        answer = execute(schema, case.document, **given)
        return Outcome([await await_maybe(answer)], context.calls)
    stream: Any = await await_maybe(subscribe(schema, case.document, **given))
    if isinstance(stream, ExecutionResult):
        return Outcome([stream], context.calls)
    return await _drained(stream, context.calls)


async def _drained(stream: AsyncIterator[ExecutionResult], calls: list[Call]) -> Outcome:
    results: list[ExecutionResult] = []
    try:
        async for result in stream:
            results.append(result)  # noqa: PERF401 - those before a failure count.
    except GraphQLError as error:
        return Outcome(results, calls, error)
    return Outcome(results, calls)


@dataclass
class Places:
    """What every place of an answer is declared to be, and which fields were asked for where."""

    types: dict[Position, GraphQLOutputType] = field(default_factory=dict)
    fields: set[tuple[str, str, tuple[str, ...]]] = field(default_factory=set)


def telling(places: list[Places]) -> type[Core]:
    """Return graphql-core's executor, but that no error reaches further than its own field.

    So all errors are told that any field could give, and nothing is left out for an error beside
    it. It adds to `places` what there was in each result.
    """

    class Telling(Core):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.error_propagation = False
            self.places = Places()

        def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: FBT001 - it is graphql-core's.
            # Each event of a subscription is an operation of its own.
            self.places = Places()
            places.append(self.places)
            return super().execute_operation(serially)

        def build_resolve_info(
            self,
            field_def: GraphQLField,
            field_nodes: list[FieldNode],
            parent_type: GraphQLObjectType,
            path: Path,
        ) -> Any:
            position = tuple(path.as_list())
            self.places.types[position] = field_def.type
            names = tuple(part for part in position if isinstance(part, str))
            if field_def.extensions:  # __typename is nobody's.
                self.places.fields.add((coordinate_of(field_def), parent_type.name, names))
            return super().build_resolve_info(field_def, field_nodes, parent_type, path)

    return Telling
