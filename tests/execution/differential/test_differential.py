"""The plan engine gives what graphql-core gives, on documents that nobody chose."""

import pytest
from graphql import print_ast

from execution.plan.executor import PlannedExecutor
from tests.execution.differential.cases import Cases
from tests.execution.differential.comparison import differences
from tests.execution.differential.shop import made_up_shop

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.usefixtures("unheard"),
    # What graphql-core has cancelled, it does not await.
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    # Nor can Python warn of that where it happens to be in code without built-in functions.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


# Each seed is a document, most of them run a second time with other variables.
@pytest.mark.parametrize(
    ("subgraph", "seeds"),
    [(None, 1000), ("accounts", 40), ("catalog", 40), ("carts", 40), ("orders", 40)],
)
async def test_the_engine_gives_what_graphql_core_gives(subgraph: str | None, seeds: int) -> None:
    with made_up_shop(subgraph) as schema:
        cases = Cases(schema)
        for seed in range(seeds):
            for case in cases.of(seed):
                found = await differences(schema, case, PlannedExecutor)
                assert not found, f"FUZZ_SEED={seed}\n{print_ast(case.document)}\n{case}"
