"""Where graphql-core hands an operation over to its plan."""

from typing import Any

from graphql.pyutils import AwaitableOrValue
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution.plan.cache import Plans
from execution.plan.run import Run


class PlannedExecutor(StrawberryGraphQLCoreExecutionContext):
    """Runs queries, mutations and the events of subscriptions by their plans.

    What no plan covers, such as introspection and `@defer`, is executed as ever.
    """

    def execute_operation(self, serially: bool | None = None) -> AwaitableOrValue[Any]:  # noqa: FBT001 - graphql-core's.
        middleware = self.middleware_manager
        plan = None if middleware and middleware.middlewares else Plans.of(self.schema).plan(self)
        return (
            super().execute_operation(serially)
            if plan is None
            else plan.execute(self.run(self.context_value))
        )

    def run(self, context: Any) -> Run:
        """Return a run of the operation's plan in a context, with what this is to execute it."""
        return Run(
            context,
            self.root_value,
            self.variable_values,
            hides_suggestions=self.hide_suggestions,
        )
