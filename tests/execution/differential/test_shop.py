"""A made-up shop answers as its schema says, but where something goes wrong."""

import pytest
from graphql import GraphQLError

from core.errors import DomainError
from execution.plan.executor import PlannedExecutor
from tests.execution.differential.cases import Cases
from tests.execution.differential.shop import made_up_shop
from tests.execution.differential.ways import run

pytestmark = pytest.mark.anyio


async def test_a_shop_in_which_nothing_goes_wrong_refuses_and_does_not_fail() -> None:
    with made_up_shop() as schema:
        cases = Cases(schema)
        outcomes = [
            await run(schema, case, PlannedExecutor)
            for seed in range(500)
            for case in cases.of(seed)
            if case.world.mischief == 0
        ]
    errors = [
        error for outcome in outcomes for each in outcome.results for error in each.errors or ()
    ]

    # The second is of variables that are null where they cannot be.
    refusals = DomainError | GraphQLError | None
    assert [each for each in errors if not isinstance(each.original_error, refusals)] == []
    assert sum(not each.errors for outcome in outcomes for each in outcome.results) > 50
