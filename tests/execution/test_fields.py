# ruff: noqa: ARG001, ARG002 - Reads and resolvers take by name what they are given.
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
import strawberry
from strawberry.types import ExecutionResult

from core.errors import BadInput
from core.reads import Order, Page, PageRequest, ReadError
from execution.arguments import Argument
from execution.connections import Connection
from execution.fields import derived, reads, root
from execution.rows import rows
from tests.execution.library import AuthorRow, BookRow, author, book, data, execute

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("both_ways")]

BY_ID = Order("id", ("id",))
BatchRead = Callable[..., Awaitable[Sequence[Any]]]


class Reads:
    """Batch reads that remember what they were asked."""

    def __init__(self) -> None:
        self.keys: list[list[int]] = []
        self.languages: list[str | None] = []
        self.columns: list[frozenset[str]] = []
        self.pages: list[PageRequest] = []

    async def authors(
        self, context: object, keys: Sequence[int], *, columns: frozenset[str]
    ) -> list[AuthorRow | None]:
        self.keys.append(list(keys))
        self.columns.append(columns)
        return [author(key) for key in keys]

    async def titles(
        self, context: object, keys: Sequence[int], *, language: str | None
    ) -> list[str]:
        self.keys.append(list(keys))
        self.languages.append(language)
        return [f"{key} in {language}" for key in keys]

    async def books(
        self, context: object, keys: Sequence[int], *, columns: frozenset[str], page: PageRequest
    ) -> list[Page[BookRow]]:
        self.keys.append(list(keys))
        self.columns.append(columns)
        self.pages.append(page)
        return [Page([book(10 * key), book(10 * key + 1)], BY_ID, total=2) for key in keys]


@pytest.fixture
def seen() -> Reads:
    return Reads()


async def all_books(context: object) -> list[BookRow]:
    return [book(1, 7), book(2, 8), book(3, 7), book(4, None)]


def library(read_authors: BatchRead, seen: Reads) -> strawberry.Schema:
    """Books 1 to 4; 1 and 3 are by author 7, 2 by author 8, and nobody wrote 4."""

    @rows(BookRow)
    @strawberry.type
    class Volume:
        id: int

    @rows(AuthorRow)
    @strawberry.type
    class Author:
        name: str
        initial: str = derived(lambda row: row.name[0], "name", description="The first letter.")
        books: Connection[Volume] = reads(seen.books, description="What the author wrote.")

    @rows(BookRow)
    @strawberry.type
    class Book:
        id: int
        author: Author | None = reads(read_authors, key="author_id", description="Who wrote it.")
        title: str = reads(
            seen.titles,
            arguments=[Argument("language", str | None, "The language.", None, _lower)],
            description="The title in a language.",
        )

    @strawberry.type
    class Query:
        books: list[Book] = root(all_books, description="All books.")

    return strawberry.Schema(Query)


def _lower(text: str) -> str:
    if not text.isalpha():
        raise ValueError(f"{text!r} is not a language.")
    return text.lower()


def paths(result: ExecutionResult) -> list[list[str | int]]:
    return [error.path or [] for error in result.errors or []]


async def test_one_batch_answers_all_the_parents_of_a_level(seen: Reads) -> None:
    answer = await data(library(seen.authors, seen), "{ books { author { name } } }")

    assert seen.keys == [[7, 8]]
    assert answer["books"] == [
        {"author": {"name": "Author 7"}},
        {"author": {"name": "Author 8"}},
        {"author": {"name": "Author 7"}},
        {"author": None},
    ]


async def test_each_level_is_one_more_batch(seen: Reads) -> None:
    await data(library(seen.authors, seen), "{ books { author { books { nodes { id } } } } }")

    assert seen.keys == [[7, 8], [7, 8]]


async def test_a_read_is_told_the_columns_that_are_asked(seen: Reads) -> None:
    await data(
        library(seen.authors, seen), "{ books { author { initial books { nodes { id } } } } }"
    )

    assert seen.columns == [{"name", "id"}, {"id"}]


async def test_a_row_without_a_key_reads_nothing(seen: Reads) -> None:
    async def no_authors(
        context: object, keys: Sequence[int], *, columns: frozenset[str]
    ) -> list[AuthorRow | None]:
        assert None not in keys
        return [None for _ in keys]

    answer = await data(library(no_authors, seen), "{ books { author { name } } }")

    assert answer["books"] == [{"author": None}] * 4


async def test_the_same_field_with_other_arguments_is_a_batch_of_its_own(seen: Reads) -> None:
    answer = await data(
        library(seen.authors, seen),
        '{ books { en: title(language: "EN") de: title(language: "de") title } }',
    )

    assert seen.keys == [[1, 2, 3, 4]] * 3
    assert seen.languages == ["en", "de", None]
    assert answer["books"][0] == {"en": "1 in en", "de": "1 in de", "title": "1 in None"}


async def test_a_refused_argument_reads_nothing(seen: Reads) -> None:
    result = await execute(library(seen.authors, seen), '{ books { title(language: "x1") } }')

    assert seen.keys == []
    assert paths(result) == [["books", 0, "title"]]
    assert (result.errors or [])[0].message == "'x1' is not a language."


async def test_a_failed_key_fails_alone(seen: Reads) -> None:
    async def half(
        context: object, keys: Sequence[int], *, columns: frozenset[str]
    ) -> list[AuthorRow | ReadError]:
        return [ReadError("Author 7 is away.") if key == 7 else author(key) for key in keys]

    result = await execute(library(half, seen), "{ books { author { name } } }")

    assert [(error.message, error.path) for error in result.errors or []] == [
        ("Author 7 is away.", ["books", 0, "author"]),
        ("Author 7 is away.", ["books", 2, "author"]),
    ]
    assert result.data == {
        "books": [
            {"author": None},
            {"author": {"name": "Author 8"}},
            {"author": None},
            {"author": None},
        ]
    }


async def test_a_failed_batch_fails_its_level(seen: Reads) -> None:
    async def broken(
        context: object, keys: Sequence[int], *, columns: frozenset[str]
    ) -> list[AuthorRow]:
        raise OSError("no authors today")

    result = await execute(library(broken, seen), "{ books { id author { name } } }")

    assert sorted(paths(result)) == [["books", number, "author"] for number in range(3)]
    assert result.data == {"books": [{"id": number, "author": None} for number in range(1, 5)]}


async def test_the_next_operation_reads_afresh(seen: Reads) -> None:
    schema = library(seen.authors, seen)
    for _ in range(2):
        await data(schema, "{ books { author { name } } }")

    assert seen.keys == [[7, 8], [7, 8]]


async def test_types_that_share_a_fragment_keep_their_own_reads() -> None:
    async def double(context: object, keys: Sequence[int]) -> list[int]:
        return [2 * key for key in keys]

    async def square(context: object, keys: Sequence[int]) -> list[int]:
        return [key * key for key in keys]

    @strawberry.interface
    class Work:
        size: int

    @rows(BookRow)
    @strawberry.type
    class Book(Work):
        size: int = reads(double, description="Its size.")

    @rows(AuthorRow)
    @strawberry.type
    class Oeuvre(Work):
        size: int = reads(square, description="Its size.")

    async def all_works(context: object) -> list[BookRow | AuthorRow]:
        return [book(5), author(5)]

    @strawberry.type
    class Query:
        works: list[Work] = root(all_works, description="All works.")

    schema = strawberry.Schema(Query, types=[Book, Oeuvre])

    assert await data(schema, "{ works { size } }") == {"works": [{"size": 10}, {"size": 25}]}


@pytest.mark.parametrize(
    ("arguments", "selection", "request_"),
    [
        ("", "nodes { id }", PageRequest(20)),
        ('(first: 2, after: "x")', "edges { cursor }", PageRequest(2, "x")),
        ("", "nodes { id } totalCount", PageRequest(20, total=True)),
        ("", "totalCount", PageRequest(20, rows=False, total=True)),
        ("", "pageInfo { hasNextPage }", PageRequest(20)),
    ],
)
async def test_a_page_is_asked_for_what_the_document_selects(
    seen: Reads, arguments: str, selection: str, request_: PageRequest
) -> None:
    document = f"{{ books {{ author {{ books{arguments} {{ {selection} }} }} }} }}"
    await data(library(seen.authors, seen), document)

    assert seen.pages == [request_]


@pytest.mark.parametrize("first", [-1, 0, 101])
async def test_a_page_of_another_size_is_refused(seen: Reads, first: int) -> None:
    document = f"{{ books {{ author {{ books(first: {first}) {{ nodes {{ id }} }} }} }} }}"
    result = await execute(library(seen.authors, seen), document)

    refused = (result.errors or [])[0].original_error
    assert isinstance(refused, BadInput)
    assert refused.values == {"argument": "first"}
    assert str(refused) == f"A page has 1 to 100 entries, not {first}."
    assert seen.pages == []


async def test_a_connection_is_cut_into_edges(seen: Reads) -> None:
    selection = "edges { node { id } cursor } pageInfo { startCursor endCursor } totalCount"
    answer = await data(
        library(seen.authors, seen), f"{{ books {{ author {{ books {{ {selection} }} }} }} }}"
    )

    page = Page([book(70), book(71)], BY_ID)
    first, last = (page.cursor(row) for row in page.rows)
    assert answer["books"][0]["author"]["books"] == {
        "edges": [{"node": {"id": 70}, "cursor": first}, {"node": {"id": 71}, "cursor": last}],
        "pageInfo": {"startCursor": first, "endCursor": last},
        "totalCount": 2,
    }


def test_a_read_that_takes_an_undeclared_argument_is_refused(seen: Reads) -> None:
    with pytest.raises(TypeError, match=r"titles.* takes \['language'\], not \[\]$"):
        reads(seen.titles, description="The title.")


def test_a_declared_argument_that_a_resolver_does_not_take_is_refused() -> None:
    async def books(context: object) -> list[BookRow]:
        raise NotImplementedError

    with pytest.raises(TypeError, match=r"books.* takes \[\], not \['language'\]$"):
        root(books, arguments=[Argument("language", str, "The language.")], description="Books.")
