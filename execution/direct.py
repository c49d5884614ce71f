"""The short way to an answer, for a query or mutation in which all is in order.

Strawberry asks each extension at each stage of an operation, which takes as long as a page of an
answer does. This does what the extensions of the graph do, in their order, by the same functions.
What is not in order, or not covered by a plan, goes the long way, and is told there what it lacks:
until it is charged, an operation can take either.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, OperationType

from core.errors import DomainError
from execution.budget import BudgetExceeded
from execution.cost import Costs
from execution.document_cache import DocumentCache, InvalidDocument
from execution.errors import coded, masked
from execution.limits import Limits
from execution.observed import observed
from execution.plan.ahead import plan_ahead
from execution.plan.cache import Plans
from execution.plan.executor import PlannedExecutor
from execution.plan.given import key_of
from execution.plan.plan import Plan
from execution.trusted import Requested, requested

# To read the values of variables takes as long as a small read. Each takes some kilobytes.
_MOST_EXECUTORS = 500
_KINDS = {OperationType.QUERY, OperationType.MUTATION}


@dataclass(frozen=True)
class Request:
    """What a client sends by GraphQL over HTTP."""

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: Mapping[str, Any] | None


@dataclass(frozen=True)
class Ready:
    """An operation that can be run: it is valid, has a plan, and costs no more than it may."""

    requested: Requested
    executor: PlannedExecutor
    plan: Plan
    cost: int


class Direct:
    """Answers operations on one schema by the short way."""

    def __init__(
        self, schema: GraphQLSchema, documents: DocumentCache, costs: Costs, *, suggests: bool
    ) -> None:
        self._schema, self._documents, self._costs = schema, documents, costs
        self._suggests = suggests
        self._executors: dict[tuple[str, Hashable], PlannedExecutor] = {}

    async def answer(self, request: Request, context: Any) -> dict[str, Any] | None:
        """Return the answer as it goes over HTTP, or None for what goes the long way."""
        if (request.extensions or {}).get("cost"):
            return None
        try:
            found = await requested(context, request.query, request.extensions)
            ready = self._ready(found, request, context)
        except (DomainError, InvalidDocument):
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is, the log has it.
            return {"errors": [masked(error).formatted]}
        return None if ready is None else await self._run(ready, context)

    def prepare(self, text: str, limits: Limits) -> Iterator[int]:
        """Check and plan a document before anybody runs it, a piece of the work at a time.

        Yields how many fields each piece has planned; raises InvalidDocument.
        """
        document = self._documents.checked(text, limits)
        yield 0
        yield from plan_ahead(self._schema, document)

    def _ready(self, found: Requested, request: Request, context: Any) -> Ready | None:
        if found.text is None or found.automatic is not None:
            return None
        document = self._documents.checked(found.text, context.limits)
        executor = self._executor(found.text, document, request)
        if executor is None:
            return None
        cost = self._costs.kept_cost_of(document, request.variables, request.operation_name).total
        # What costs too much is not worth a plan.
        plan = Plans.of(self._schema).plan(executor) if cost <= context.maximum_cost else None
        return None if plan is None else Ready(found, executor, plan, cost)

    def _executor(
        self, text: str, document: DocumentNode, request: Request
    ) -> PlannedExecutor | None:
        """Return what knows an operation and the values of its variables, None where it has none.

        What was made for the same is taken again: it is for nobody.
        """
        variables = request.variables or {}
        key = key_of([request.operation_name, *variables, *variables.values()])
        kept = self._executors.get((text, key))
        if kept is not None:
            return kept
        executor = PlannedExecutor.build(
            self._schema,
            document,
            raw_variable_values=request.variables,
            operation_name=request.operation_name,
        )
        if isinstance(executor, list) or executor.operation.operation not in _KINDS:
            return None
        assert isinstance(executor, PlannedExecutor)  # noqa: S101 - it has been built so.
        if key is not None:
            if len(self._executors) >= _MOST_EXECUTORS:
                del self._executors[next(iter(self._executors))]
            self._executors[text, key] = executor
        return executor

    async def _run(self, ready: Ready, context: Any) -> dict[str, Any]:
        with observed() as outcome:
            operation = ready.executor.operation
            outcome.kind = operation.operation.value
            outcome.name = operation.name.value if operation.name else None
            try:
                answer = await self._charged(ready, context)
            except Exception as error:  # noqa: BLE001 - whatever it is, the log has it.
                answer = {"errors": [masked(error).formatted]}
            outcome.has_errors = "errors" in answer
        return answer

    async def _charged(self, ready: Ready, context: Any) -> dict[str, Any]:
        limit, spent = await context.charge(ready.cost)
        if not spent.is_allowed:
            refusal = BudgetExceeded(ready.cost, limit, spent)
            error = GraphQLError(str(refusal), original_error=refusal)
            return {"errors": [self._formatted(error, is_valid=False)]}
        if ready.requested.registered is not None:
            context.documents.count(ready.requested.registered)
        result: ExecutionResult = await ready.plan.execute(ready.executor.run(context))
        if not result.errors:
            return {"data": result.data}
        errors = [self._formatted(each, is_valid=True) for each in result.errors]
        return {"data": result.data, "errors": errors}

    def _formatted(self, error: GraphQLError, *, is_valid: bool) -> Any:
        return coded(error, is_valid=is_valid, suggests=self._suggests).formatted
