# ruff: noqa: ARG001, ARG002 - Reads and resolvers take by name what they are given.
import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import strawberry
from graphql import GraphQLObjectType, parse
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from core.errors import DomainError
from execution.arguments import Argument
from execution.fields import derived, mutation, reads, root, subscription
from execution.plan import cache
from execution.plan.cache import Plans
from execution.plan.executor import PlannedExecutor
from execution.rows import Binding, rows
from tests.execution.library import AuthorRow, BookRow, Operation, author, book, data, execute

pytestmark = pytest.mark.anyio


class Library:
    """Answers reads, and remembers in which order it was asked."""

    def __init__(self) -> None:
        self.books: list[Any] = [book(1, 7), book(2, 8), book(3, 7)]
        self.asked: list[tuple[str, list[Any]]] = []
        self.failing: dict[Any, Exception | None] = {}

    async def all_books(self, context: object) -> list[Any]:
        self.asked.append(("books", []))
        return self.books

    async def authors(
        self, context: object, keys: Sequence[int], *, columns: frozenset[str]
    ) -> list[Any]:
        self.asked.append(("authors", list(keys)))
        return [self.failing[key] if key in self.failing else author(key) for key in keys]

    async def covers(self, context: object, keys: Sequence[int], *, size: int | None) -> list[Any]:
        self.asked.append(("covers", list(keys)))
        return [self.failing.get(key, f"{key}x{size}") for key in keys]

    async def lend(self, context: object, *, id: int) -> Any:  # noqa: A002 - the argument's name.
        self.asked.append(("lend", [id]))
        if id in self.failing:
            raise self.failing[id] or ValueError
        return book(id, 7)


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.fixture
def schema(library: Library, bindings: dict[str, Binding]) -> strawberry.Schema:
    del bindings

    @rows(AuthorRow)
    @strawberry.type
    class Author:
        id: int
        name: str

    @rows(BookRow)
    @strawberry.type
    class Book:
        id: int
        title: str
        shout: str = derived(lambda row: row.title.upper(), "title", description="Its title, loud.")
        author: Author | None = reads(library.authors, key="author_id", description="Who wrote it.")
        writer: Author = reads(library.authors, key="author_id", description="The same, always.")
        cover: str | None = reads(
            library.covers,
            arguments=[Argument("size", int | None, "How wide.", None)],
            description="Its cover.",
        )

    async def given_back(context: Any, *, after: str | None) -> AsyncIterator[BookRow]:
        for each in library.books:
            each.cursor = "1"
            yield each

    @strawberry.type
    class Query:
        books: list[Book] = root(library.all_books, description="All books.")
        shelf: list[Book | None] | None = root(library.all_books, description="The same, or none.")

    @strawberry.type
    class Mutation:
        lend: Book = mutation(
            library.lend,
            arguments=[Argument("id", int, "Which.")],
            statements=0,
            description="Lends a book.",
        )

    @strawberry.type
    class Subscription:
        returned: Book = subscription(
            given_back,
            arguments=[Argument("after", str | None, "Where to go on.", None)],
            statements=0,
            description="What comes back.",
        )

    return strawberry.Schema(Query, Mutation, Subscription, execution_context_class=PlannedExecutor)


def told(result: Any) -> list[tuple[str, list[str | int] | None]]:
    return [(each.message, each.path) for each in result.errors or ()]


async def test_each_place_is_read_once_and_siblings_at_the_same_time(
    schema: strawberry.Schema, library: Library
) -> None:
    answer = await data(schema, "{ books { author { name } cover(size: 2) again: cover } }")

    assert library.asked == [
        ("books", []),
        ("authors", [7, 8]),
        ("covers", [1, 2, 3]),
        ("covers", [1, 2, 3]),
    ]
    assert answer["books"][1] == {
        "author": {"name": "Author 8"},
        "cover": "2x2",
        "again": "2xNone",
    }


async def test_fields_stand_in_the_order_of_the_document(schema: strawberry.Schema) -> None:
    document = (
        "{ books { cover title ... on Book { author { name } id } __typename author { id } } }"
    )
    answer = await data(schema, document)

    assert list(answer["books"][0]) == ["cover", "title", "author", "id", "__typename"]
    assert list(answer["books"][0]["author"]) == ["name", "id"]


async def test_a_null_that_may_not_be_nulls_what_is_around_it(
    schema: strawberry.Schema, library: Library
) -> None:
    library.failing[8] = None
    document = "{ shelf { id writer { name } } }"
    result = await execute(schema, document)

    assert result.data == {
        "shelf": [
            {"id": 1, "writer": {"name": "Author 7"}},
            None,
            {"id": 3, "writer": {"name": "Author 7"}},
        ]
    }
    assert told(result) == [
        ("Cannot return null for non-nullable field Book.writer.", ["shelf", 1, "writer"])
    ]
    (error,) = result.errors or []
    assert [(each.line, each.column) for each in error.locations or []] == [(1, 14)]


async def test_what_is_nulled_already_tells_no_more_errors_and_reads_no_more(
    schema: strawberry.Schema, library: Library
) -> None:
    library.failing = {8: ValueError("away"), 7: ValueError("away")}
    result = await execute(schema, "{ books { writer { name } } }")

    assert result.data is None
    assert told(result) == [("away", ["books", 0, "writer"])]


async def test_an_entry_that_is_out_of_the_ordinary_leaves_the_others_as_they_are(
    schema: strawberry.Schema, library: Library
) -> None:
    library.books = [book(1, 7), book(2**31, 8), None, ValueError("lost")]
    result = await execute(schema, "{ shelf { id title } }")

    assert result.data == {"shelf": [{"id": 1, "title": "Book 1"}, None, None, None]}
    assert told(result) == [
        ("Int cannot represent non 32-bit signed integer value: 2147483648", ["shelf", 1, "id"]),
        ("lost", ["shelf", 3]),
    ]


async def test_an_error_of_a_derived_field_is_its_own(
    schema: strawberry.Schema, library: Library
) -> None:
    library.books[1].title = None
    result = await execute(schema, "{ shelf { shout } }")

    assert result.data == {"shelf": [{"shout": "BOOK 1"}, None, {"shout": "BOOK 3"}]}
    assert told(result) == [("'NoneType' object has no attribute 'upper'", ["shelf", 1, "shout"])]


async def test_mutations_are_done_one_after_another_with_all_that_is_below(
    schema: strawberry.Schema, library: Library
) -> None:
    answer = await data(
        schema, "mutation { a: lend(id: 1) { author { name } } b: lend(id: 2) { cover } }"
    )

    assert library.asked == [("lend", [1]), ("authors", [7]), ("lend", [2]), ("covers", [2])]
    assert answer == {"a": {"author": {"name": "Author 7"}}, "b": {"cover": "2xNone"}}


async def test_a_mutation_that_nulls_the_answer_is_the_last(
    schema: strawberry.Schema, library: Library
) -> None:
    library.failing[1] = DomainError("It is lent.")
    result = await execute(schema, "mutation { a: lend(id: 1) { id } b: lend(id: 2) { id } }")

    assert library.asked == [("lend", [1])]
    assert (result.data, told(result)) == (None, [("It is lent.", ["a"])])


async def test_each_event_of_a_subscription_is_planned(
    schema: strawberry.Schema, library: Library
) -> None:
    document = "subscription { returned { id author { name } } }"
    results: Any = await schema.subscribe(document, context_value=Operation())
    answers = [each.data async for each in results]

    assert answers == [
        {"returned": {"id": 1, "author": {"name": "Author 7"}}},
        {"returned": {"id": 2, "author": {"name": "Author 8"}}},
        {"returned": {"id": 3, "author": {"name": "Author 7"}}},
    ]
    assert len(library.asked) == 3


async def test_a_plan_is_made_for_each_value_of_a_condition(
    schema: strawberry.Schema, library: Library
) -> None:
    document = "query ($is: Boolean!) { books { id author @include(if: $is) { name } } }"
    without = await data(schema, document, {"is": False})
    whole = await data(schema, document, {"is": True})

    assert without["books"][0] == {"id": 1}
    assert whole["books"][0] == {"id": 1, "author": {"name": "Author 7"}}


async def test_arguments_of_variables_are_read_for_each_run(schema: strawberry.Schema) -> None:
    document = "query ($size: Int) { books { cover(size: $size) } }"
    first, second = [await data(schema, document, {"size": size}) for size in (1, 2)]

    assert [first["books"][0], second["books"][0]] == [{"cover": "1x1"}, {"cover": "1x2"}]


@pytest.fixture
def unplanned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the operations that are left to graphql-core."""
    seen: list[str] = []
    execute_operation = StrawberryGraphQLCoreExecutionContext.execute_operation

    def spied(executor: Any, serially: bool | None = None) -> Any:  # noqa: FBT001 - graphql-core's.
        seen.append(executor.operation.name.value)
        return execute_operation(executor, serially)

    monkeypatch.setattr(StrawberryGraphQLCoreExecutionContext, "execute_operation", spied)
    return seen


async def test_introspection_alone_is_left_to_graphql_core(
    schema: strawberry.Schema, unplanned: list[str]
) -> None:
    await data(schema, "query Shop { books { id } __typename }")
    answer = await data(schema, 'query Told { __type(name: "Book") { name } books { id } }')

    assert unplanned == ["Told"]
    assert answer["__type"] == {"name": "Book"}
    assert answer["books"][0] == {"id": 1}


def executor_of(schema: strawberry.Schema, document: str) -> PlannedExecutor:
    built = PlannedExecutor.build(schema._schema, parse(document))  # noqa: SLF001
    assert isinstance(built, PlannedExecutor)
    return built


def test_plans_that_were_not_run_for_the_longest_time_are_forgotten(
    schema: strawberry.Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST_FIELDS", 5)
    plans = Plans()
    first, second, third = (
        executor_of(schema, f"query {name} {{ books {{ id }} }}") for name in "ABC"
    )
    kept = [plans.plan(each) for each in (first, second)]
    assert plans.plan(first) is kept[0]
    plans.plan(third)

    assert plans.plan(first) is kept[0]
    assert plans.plan(second) is not kept[1]


async def test_a_plan_keeps_nothing_of_those_whom_it_was_run_for(
    schema: strawberry.Schema,
) -> None:
    context = Operation()
    await schema.execute("{ books { author { name } } }", context_value=context)
    gone = weakref.ref(context)
    del context
    gc.collect()

    assert gone() is None


async def test_a_cancelled_run_cancels_its_reads(
    schema: strawberry.Schema, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def slow(*_args: object, **_named: object) -> list[Any]:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return []

    book_type = schema._schema.type_map["Book"]  # noqa: SLF001
    assert isinstance(book_type, GraphQLObjectType)
    field = book_type.fields["cover"].extensions["strawberry-definition"]
    monkeypatch.setattr(field, "read", slow)
    running = asyncio.create_task(execute(schema, "{ books { cover author { name } } }"))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert ended.is_set()
