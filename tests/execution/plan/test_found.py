# ruff: noqa: ARG001 - Resolvers take by name what they are given.
"""What random documents have found: each is executed by its plan as graphql-core executes it."""

from typing import Any

import pytest
import strawberry

from execution.fields import root
from execution.plan.executor import PlannedExecutor
from execution.rows import Binding, rows
from tests.execution.library import BookRow, book, execute

pytestmark = pytest.mark.anyio


async def all_books(context: object) -> list[BookRow]:
    return [book(1), book(2)]


async def no_books(context: object) -> list[BookRow]:
    return []


@pytest.fixture
def query(bindings: dict[str, Binding]) -> type:
    del bindings

    @rows(BookRow)
    @strawberry.type
    class Book:
        id: int
        title: str

    @strawberry.type
    class Query:
        books: list[Book] = root(all_books, description="All books.")
        nothing: list[Book] = root(no_books, description="Of a publisher without any.")

    return Query


async def both(query: type, document: str, variables: dict[str, Any]) -> list[Any]:
    """Return data and errors by a plan, then as graphql-core has them."""
    answers: list[Any] = []
    for executor in (PlannedExecutor, None):
        schema = strawberry.Schema(query, execution_context_class=executor)
        result = await execute(schema, document, variables)
        answers.append((result.data, [(each.message, each.path) for each in result.errors or ()]))
    return answers


async def test_a_condition_without_a_value_is_an_error_of_the_objects_that_have_the_field(
    query: type,
) -> None:
    document = "query ($is: Boolean = true) { books { id title @include(if: $is) } }"
    planned, executed = await both(query, document, {"is": None})

    assert planned == executed
    assert [path for _, path in planned[1]] == [["books", 0]]


async def test_a_condition_without_a_value_is_no_error_where_there_is_no_object(
    query: type,
) -> None:
    document = "query ($is: Boolean = true) { nothing { id title @include(if: $is) } }"
    planned, executed = await both(query, document, {"is": None})

    assert planned == executed == ({"nothing": []}, [])
