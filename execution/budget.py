from collections.abc import AsyncIterator
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from core.budgets import Limit, Spent
from core.errors import DomainError
from execution.cost import Costs


class BudgetExceeded(DomainError):
    """An operation costs more than remains of its viewer's budget, for `retryAfter` seconds."""

    code = "BUDGET_EXCEEDED"

    def __init__(self, cost: int, limit: Limit, spent: Spent) -> None:
        advice = f"try again in {spent.seconds} seconds"
        super().__init__(
            f"The operation costs {cost}, and of the {limit.amount} for {limit.seconds} seconds"
            f" {spent.remaining} remain: {advice if cost <= limit.amount else 'ask for less'}.",
            cost=cost,
            limit=limit.amount,
            remaining=spent.remaining,
            retryAfter=spent.seconds,
        )


class Budget(SchemaExtension):
    """Charges what an operation costs to its viewer's budget, before it is executed.

    What was estimated is charged, and nothing is given back of it: so it is known when a document
    is published, and clients can calculate with it. A request with the extension `"cost": true` is
    told it, and what its answer would have cost by the lists that it really has; the events of a
    subscription, which cost nothing more, are told the estimate alone.
    """

    _estimated = 0
    _spent: Spent | None = None

    def __init__(self, costs: Costs) -> None:
        self._costs = costs

    async def on_validate(self) -> AsyncIterator[None]:
        # What the extensions before this one refuse costs nothing.
        if self.execution_context.pre_execution_errors == []:
            await self._charge()
        yield

    async def _charge(self) -> None:
        asked = self.execution_context
        assert asked.graphql_document is not None  # noqa: S101 - it is parsed and valid.
        # It was counted to be held against the limit, and is kept from then.
        cost = self._costs.kept_cost_of(
            asked.graphql_document, asked.variables, asked.operation_name
        ).total
        limit, spent = await asked.context.charge(cost)
        if spent.is_allowed:
            self._estimated, self._spent = cost, spent
            return
        refusal = BudgetExceeded(cost, limit, spent)
        asked.pre_execution_errors = [GraphQLError(str(refusal), original_error=refusal)]

    def get_results(self) -> dict[str, Any]:
        asked = self.execution_context
        is_wanted = (asked.operation_extensions or {}).get("cost") is True
        if self._spent is None or not is_wanted:
            return {}
        told = {"estimated": self._estimated, "remaining": self._spent.remaining}
        if asked.operation_type is not OperationType.SUBSCRIPTION:
            told["actual"] = self._actual()
        return {"cost": told}

    def _actual(self) -> int:
        asked = self.execution_context
        assert asked.graphql_document is not None  # noqa: S101 - it has been executed.
        data = asked.result.data if asked.result else None
        return self._costs.actual_cost_of(
            asked.graphql_document, data, asked.variables, asked.operation_name
        )
