"""What operations cost is charged before they are executed."""

from typing import Any

import pytest
from strawberry.types.execution import PreExecutionError

from tests.execution.priced import AGE, Library, Limited

pytestmark = pytest.mark.anyio

PAGE = "{ author { name books(first: 3) { nodes { id } } } }"
FOLLOW = "subscription { renamed { age } }"


@pytest.fixture
def library() -> Library:
    return Library()


async def run(library: Library, document: str, context: Limited, **extensions: object) -> Any:
    return await library.schema.execute(
        document, context_value=context, operation_extensions=extensions
    )


async def follow(library: Library, context: Limited, **extensions: object) -> list[Any]:
    results = await library.schema.subscribe(
        FOLLOW, context_value=context, operation_extensions=extensions
    )
    return [each async for each in results]


async def test_what_an_operation_costs_is_charged_once(library: Library) -> None:
    context = Limited(100)
    result = await run(library, PAGE, context)

    assert (context.charged, library.executed) == ([5], ["author", "books"])
    assert result.extensions == {}


@pytest.mark.parametrize(
    ("document", "cost", "advice"),
    [(PAGE, 5, "try again in 7 seconds"), (PAGE.replace("3", "999"), 1001, "ask for less")],
)
async def test_what_does_not_remain_is_refused_and_not_executed(
    library: Library, document: str, cost: int, advice: str
) -> None:
    result = await run(library, document, Limited(10_000, remaining=4), cost=True)

    (error,) = result.errors
    assert (result.data, library.executed, result.extensions) == (None, [], {})
    assert error.message == (
        f"The operation costs {cost}, and of the 1000 for 60 seconds 4 remain: {advice}."
    )
    assert error.extensions == {
        "code": "BUDGET_EXCEEDED",
        "cost": cost,
        "limit": 1000,
        "remaining": 4,
        "retryAfter": 7,
    }


@pytest.mark.parametrize("document", ["{ author {", "{ author { shoe } }", PAGE])
async def test_what_is_refused_before_costs_nothing(library: Library, document: str) -> None:
    context = Limited(4)
    result = await run(library, document, context, cost=True)

    assert len(result.errors) == 1
    assert (context.charged, result.extensions) == ([], {})


async def test_who_asks_is_told_the_estimate_what_it_really_was_and_what_remains(
    library: Library,
) -> None:
    result = await run(library, PAGE, Limited(100), cost=True)

    # Of three books that there might have been, there was one.
    assert result.extensions == {"cost": {"estimated": 5, "actual": 3, "remaining": 995}}


@pytest.mark.parametrize("wish", [False, None, "true", 1])
async def test_who_does_not_ask_is_told_nothing(library: Library, wish: object) -> None:
    assert (await run(library, PAGE, Limited(100), cost=wish)).extensions == {}


async def test_a_subscription_is_charged_when_it_begins(library: Library) -> None:
    context = Limited(100)
    (event,) = await follow(library, context, cost=True)

    assert context.charged == [1 + AGE]
    assert event.data == {"renamed": {"age": 70}}
    assert event.extensions == {"cost": {"estimated": 1 + AGE, "remaining": 992}}


async def test_a_subscription_for_which_nothing_remains_does_not_begin(library: Library) -> None:
    (refused,) = await follow(library, Limited(100, remaining=AGE))

    assert isinstance(refused, PreExecutionError)
    (error,) = refused.errors or []
    assert (error.extensions or {})["code"] == "BUDGET_EXCEEDED"
    assert library.executed == []
