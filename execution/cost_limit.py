from collections.abc import Iterator

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from core.errors import DomainError
from execution.cost import Cost, Costs


class CostLimitExceeded(DomainError):
    """An operation costs more than it may; `field` is the path to what costs the most of it."""

    code = "COST_LIMIT_EXCEEDED"

    def __init__(self, cost: Cost, limit: int) -> None:
        field = ".".join(cost.path)
        super().__init__(
            f"The operation costs {cost.total}, and the limit is {limit}. The most of it,"
            f" {cost.most}, is for `{field}`: ask for shorter pages, or in several requests.",
            cost=cost.total,
            limit=limit,
            field=field,
        )


class CostLimit(SchemaExtension):
    """Refuses what costs more than the `maximum_cost` of its context, before it is executed."""

    def __init__(self, costs: Costs) -> None:
        self._costs = costs

    def on_validate(self) -> Iterator[None]:
        # An extension before this one has validated the document, and found nothing.
        if self.execution_context.pre_execution_errors == []:
            self._check()
        yield

    def _check(self) -> None:
        asked = self.execution_context
        assert asked.graphql_document is not None  # noqa: S101 - it is parsed and valid.
        cost = self._costs.kept_cost_of(
            asked.graphql_document, asked.variables, asked.operation_name
        )
        limit = asked.context.maximum_cost
        if cost.total > limit:
            refusal = CostLimitExceeded(cost, limit)
            asked.pre_execution_errors = [GraphQLError(str(refusal), original_error=refusal)]
