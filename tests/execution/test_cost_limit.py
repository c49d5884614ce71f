"""Too dear operations are not executed."""

from typing import Any

import pytest
from strawberry.types.execution import PreExecutionError

from tests.execution.priced import AGE, Library, Limited

pytestmark = pytest.mark.anyio


@pytest.fixture
def library() -> Library:
    return Library()


def codes(result: Any) -> list[object]:
    return [(error.extensions or {}).get("code") for error in result.errors or []]


async def test_too_dear_an_operation_is_refused_before_it_is_executed(library: Library) -> None:
    document = "{ author { name books(first: 3) { nodes { id } } } }"

    refused = await library.schema.execute(document, context_value=Limited(4))
    executed = list(library.executed)
    allowed = await library.schema.execute(document, context_value=Limited(5))

    assert executed == []
    assert library.executed == ["author", "books"]
    assert allowed.data == {"author": {"name": "Author 1", "books": {"nodes": [{"id": 1}]}}}
    (error,) = refused.errors or []
    assert refused.data is None
    assert error.message == (
        "The operation costs 5, and the limit is 4. The most of it, 3, is for"
        " `author.books.nodes`: ask for shorter pages, or in several requests."
    )
    assert error.extensions == {
        "code": "COST_LIMIT_EXCEEDED",
        "cost": 5,
        "limit": 4,
        "field": "author.books.nodes",
    }


async def test_too_dear_a_subscription_is_refused_before_its_first_event(library: Library) -> None:
    results = await library.schema.subscribe(
        "subscription { renamed { age } }", context_value=Limited(AGE)
    )

    (refused,) = [each async for each in results]

    assert isinstance(refused, PreExecutionError)
    assert codes(refused) == ["COST_LIMIT_EXCEEDED"]
    assert library.executed == []


async def test_what_is_not_valid_is_told_so_and_not_counted(library: Library) -> None:
    refused = await library.schema.execute("{ author { shoe } }", context_value=Limited(0))

    assert codes(refused) == ["GRAPHQL_VALIDATION_FAILED"]
