# ruff: noqa: ARG001 - Resolvers take by name what they are given.
"""What random documents have found: each is executed by its plan as graphql-core executes it."""

import asyncio
from collections import deque
from collections.abc import Collection, Sequence
from typing import Any

import pytest
import strawberry
from sqlalchemy import column

from core.reads import Neighbour, Page, PageRequest, ReadError, Row
from execution.connections import Connection
from execution.fields import reads, root
from execution.plan.executor import PlannedExecutor
from execution.rows import Binding, rows
from tests.execution.library import AuthorRow, BookRow, author, book, execute

pytestmark = pytest.mark.anyio


async def all_books(context: object) -> list[BookRow]:
    return [book(1), book(2)]


async def odd_books(context: object) -> list[BookRow]:
    return [book(1, 7), book(2, {7: 7}), BookRow.of({"id"}, [3]), book(4, 7)]  # type: ignore[arg-type]


async def authors(
    context: object, keys: Sequence[int], *, columns: frozenset[str]
) -> list[AuthorRow]:
    # They are there later than the titles.
    for _ in range(5):
        await asyncio.sleep(0)
    return [author(key) for key in keys]


class SignedRow(
    Row,
    columns={name: column(name) for name in ("id", "author_id")},
    neighbours={"author": Neighbour(AuthorRow, frozenset({"id", "name"}), lambda source: source)},
):
    id: int
    author_id: int


async def signed_books(context: object, *, columns: frozenset[str]) -> list[SignedRow]:
    return [SignedRow.of(columns, [1, 7, 7, "Author 7"])]


async def editors(
    context: object, keys: Sequence[int], *, columns: frozenset[str], page: PageRequest
) -> list[Page[AuthorRow]]:
    raise NotImplementedError


async def subtitles(context: object, keys: Sequence[int]) -> list[str | ReadError]:
    return [ReadError("It is torn off.") if key == 1 else f"Part {key}" for key in keys]


async def two_books(context: object) -> list[BookRow]:
    return [book(1, 7), book(2, 7)]


async def no_books(context: object) -> list[BookRow]:
    return []


@pytest.fixture
def query(bindings: dict[str, Binding]) -> type:
    del bindings

    @rows(AuthorRow)
    @strawberry.type
    class Author:
        name: str

    @rows(BookRow)
    @strawberry.type
    class Book:
        id: int
        title: str
        author: Author | None = reads(authors, key="author_id", description="Who wrote it.")
        editors: Connection[Author] | None = reads(
            editors, key="author_id", description="Who worked with its author."
        )
        subtitle: str = reads(subtitles, description="What it is called below that.")

    @strawberry.type
    class Query:
        books: list[Book] = root(all_books, description="All books.")
        odd: list[Book] = root(odd_books, description="Rows that no statement returns.")
        several: list[Book | None] = root(two_books, description="Some books.")
        nothing: list[Book] = root(no_books, description="Of a publisher without any.")

    return Query


async def both(query: type, document: str, variables: dict[str, Any] | None = None) -> list[Any]:
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


async def test_an_object_without_a_proper_key_fails_alone(query: type) -> None:
    planned, executed = await both(query, "{ odd { id author { name } } }")

    assert planned == executed
    assert [path for _, path in planned[1]] == [["odd", 1, "author"], ["odd", 2, "author"]]
    assert planned[0]["odd"][3]["author"] == {"name": "Author 7"}


async def test_refused_arguments_are_told_before_an_improper_key(query: type) -> None:
    planned, executed = await both(query, "{ odd { id editors(first: 0) { totalCount } } }")

    assert planned == executed
    assert [(path, message[:6]) for message, path in planned[1]] == [
        (["odd", 0, "editors"], "A page"),
        (["odd", 1, "editors"], "A page"),
        (["odd", 2, "editors"], "'BookR"),
        (["odd", 3, "editors"], "A page"),
    ]


async def test_what_comes_with_a_row_is_refused_like_what_is_read(bindings: object) -> None:
    del bindings

    @rows(AuthorRow)
    @strawberry.type
    class Author:
        name: str

    @rows(SignedRow)
    @strawberry.type
    class Signed:
        id: int
        author: Author | None = reads(
            authors,
            key="author_id",
            neighbour="author",
            requires=("admin",),
            description="Who wrote it, for admins.",
        )

    @strawberry.type
    class Query:
        signed: list[Signed] = root(signed_books, description="Books with their authors.")

    planned, executed = await both(Query, "{ signed { id author { name } } }")

    assert (
        planned
        == executed
        == (
            {"signed": [{"id": 1, "author": None}]},
            [("Log in first.", ["signed", 0, "author"])],
        )
    )


async def test_what_an_object_waited_for_is_there_for_others_when_it_is_nulled(query: type) -> None:
    planned, executed = await both(query, "{ several { id author { name } subtitle } }")

    assert planned == executed
    assert planned[1] == [("It is torn off.", ["several", 0, "subtitle"])]
    assert planned[0]["several"] == [
        None,
        {"id": 2, "author": {"name": "Author 7"}, "subtitle": "Part 2"},
    ]


async def test_what_is_below_a_neighbour_is_read_once_where_a_list_is_out_of_the_ordinary(
    bindings: object,
) -> None:
    del bindings
    asked: list[Sequence[int]] = []

    async def count_fans(context: object, keys: Sequence[int]) -> list[int]:
        asked.append(keys)
        return [10 * key for key in keys]

    async def on_shelves(
        context: object, keys: Sequence[int], *, columns: frozenset[str]
    ) -> list[Collection[SignedRow]]:
        def signed(key: int) -> SignedRow:
            values = {"author_id": 7, "author.id": key, "author.name": "Author"}
            return SignedRow.of(columns, [values[each.name] for each in SignedRow.select(columns)])

        return [(list if key == 1 else deque)([signed(key)]) for key in keys]

    @rows(AuthorRow)
    @strawberry.type
    class Author:
        name: str
        fans: int = reads(count_fans, description="How many like what they write.")

    @rows(SignedRow)
    @strawberry.type
    class Signed:
        author: Author | None = reads(
            authors, key="author_id", neighbour="author", description="Who wrote it."
        )

    @rows(BookRow)
    @strawberry.type
    class Shelf:
        signed: list[Signed] = reads(on_shelves, description="Books with their authors.")

    @strawberry.type
    class Query:
        shelves: list[Shelf] = root(two_books, description="Where the books stand.")

    planned, executed = await both(Query, "{ shelves { signed { author { name fans } } } }")

    assert planned == executed
    assert planned == (
        {
            "shelves": [
                {"signed": [{"author": {"name": "Author", "fans": fans}}]} for fans in (10, 20)
            ]
        },
        [],
    )
    by_plan, *_ = asked
    assert sorted(by_plan) == [1, 2]
