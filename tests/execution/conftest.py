import pytest
from strawberry.schema import schema
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution import asked, rows
from execution.plan.executor import PlannedExecutor
from execution.rows import Binding


@pytest.fixture(autouse=True)
def bindings(monkeypatch: pytest.MonkeyPatch) -> dict[str, Binding]:
    """A registry of the test's own, so that the shop's graph does not see its types."""
    registry: dict[str, Binding] = {}
    for module in (rows, asked):
        monkeypatch.setattr(module, "BINDINGS", registry)
    return registry


@pytest.fixture(params=[StrawberryGraphQLCoreExecutionContext, PlannedExecutor])
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Execute by graphql-core, and once more by plans."""
    monkeypatch.setattr(schema, "StrawberryGraphQLCoreExecutionContext", request.param)
