"""How many statements operations send at most, and that they send no more."""
# ruff: noqa: ARG002, ARG005 - Reads and resolvers take by name what they are given.

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import pytest
import strawberry
from graphql import parse

from core.reads import Order, Page, PageRequest, Row
from execution.connections import Connection
from execution.fields import derived, listed, mutation, reads, root, subscription
from execution.rows import contributes, rows
from execution.statements import Ceilings
from tests.execution.library import AuthorRow, BookRow, Operation, author, book

FINDING, SURVEY, PRINTING, TELLING = 4, 2, 7, 3


class Request(Operation):
    """The context of an operation, in which every mutation logs somebody in."""

    requested: Operation | None = None

    def start_afresh(self) -> None:
        self.loaders.clear()
        self.requested = Operation()
        self.requested.loaders = self.loaders

    def as_requested(self) -> Operation:
        return self.requested or self


class Library:
    """A graph over books and authors that remembers what was sent for it."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.schema = self._schema()
        self._ceilings = Ceilings(self.schema._schema)  # noqa: SLF001 - as all tests do.

    def ceiling(self, document: str, operation_name: str | None = None) -> int:
        return self._ceilings.statements_of(parse(document), operation_name)

    async def seen(self, document: str, **variables: object) -> int:
        """Run an operation that finds something everywhere, and count what it sends."""
        self.sent.clear()
        result = await self.schema.execute(document, variables, context_value=Request())
        assert result.errors is None
        return len(self.sent)

    async def author(self, context: object) -> AuthorRow:
        self.sent.append("author")
        return author(1)

    async def found(self, context: object, *, selected: frozenset[str]) -> Page[Row]:
        self.sent += ["found"] * (FINDING + SURVEY * ("survey" in selected))
        return Page([book(1, author_id=1), book(2, author_id=1)], Order("id", ("id",)))

    async def works(self, context: object) -> list[Row]:
        self.sent.append("works")
        return [author(1), book(1, author_id=1), author(2)]

    async def named(self, context: object) -> list[Row]:
        self.sent.append("named")
        return [author(1), author(2)]

    async def printed(self, context: object) -> AuthorRow:
        self.sent += ["printed"] * PRINTING
        return author(1)

    async def told(self, context: object) -> AsyncIterator[AuthorRow]:
        self.sent += ["told"] * TELLING
        yield author(1)

    async def books(
        self, context: object, keys: Sequence[int], *, page: PageRequest
    ) -> list[Page[BookRow]]:
        self.sent.append("books")
        return [self._page(key, page) for key in keys]

    def _page(self, key: int, page: PageRequest) -> Page[BookRow]:
        own = [book(key * 100 + number, author_id=key) for number in range(page.first)]
        return Page(own, Order("id", ("id",)), total=page.first)

    async def people(
        self, context: object, keys: Sequence[int], *, columns: frozenset[str]
    ) -> list[AuthorRow]:
        self.sent.append("people")
        return [author(key) for key in keys]

    def _schema(self) -> strawberry.Schema:
        @strawberry.interface
        class Named:
            name: str

        @rows(AuthorRow)
        @strawberry.type
        class Person(Named):
            name: str

        @rows(BookRow)
        @strawberry.type
        class Book:
            id: int
            writer: Person = reads(self.people, key="author_id", description="Who wrote it.")

        @rows(AuthorRow, by_id=self.people)
        @strawberry.type
        class Author(Named):
            name: str
            books: Connection[Book] = reads(self.books, description="What they wrote.")

        @contributes(Author)
        class AuthorAgent:
            agent: Person = reads(self.people, description="Who sells what they write.")

        @strawberry.type
        class Finding:
            edges: list[Book] = derived(lambda page: page.rows, description="The same.")
            nodes: list[Book] = derived(lambda page: page.rows, description="What was found.")
            top: list[Author] = listed(at_most=3, description="Who wrote it.")
            survey: int = derived(lambda page: 9, statements=SURVEY, description="A survey.")

        @strawberry.type
        class Query:
            author: Author = root(self.author, description="An author.")
            found: Finding = root(self.found, statements=FINDING, description="What was found.")
            works: list[Annotated[Author | Book, strawberry.union("Work")]] = root(
                self.works, description="Books and authors."
            )
            named: list[Named] = root(self.named, description="Authors and others.")

        @strawberry.type
        class Mutation:
            print: Author = mutation(self.printed, statements=PRINTING, description="Prints.")

        @strawberry.type
        class Subscription:
            told: Author = subscription(self.told, statements=TELLING, description="News.")

        return strawberry.Schema(Query, Mutation, Subscription)


@pytest.fixture
def library() -> Library:
    return Library()


BOOKS = "books(first: 2) { nodes { writer { name } } }"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("document", "ceiling"),
    [
        ("{ __typename }", 0),
        ("{ author { name } }", 1),
        ("{ author { books { totalCount } } }", 2),
        (f"{{ author {{ {BOOKS} }} }}", 3),
        (f"{{ author {{ {BOOKS} more: {BOOKS} }} }}", 5),
        (f"{{ author {{ {BOOKS} }} other: author {{ {BOOKS} }} }}", 6),
        (
            "{ author { books { nodes { writer { name } } edges { node { writer { name } } } } } }",
            4,
        ),
        ("{ found { nodes { id } } }", FINDING),
        ("{ found { nodes { id } survey } }", FINDING + SURVEY),
        ("{ found { nodes { writer { name } } survey } }", FINDING + SURVEY + 1),
        (f"{{ works {{ ... on Author {{ {BOOKS} }} ... on Book {{ writer {{ name }} }} }} }}", 4),
        (f"{{ named {{ name ... on Author {{ {BOOKS} }} ... on Person {{ name }} }} }}", 3),
        ("{ author { agent { name } } }", 2),
        ("mutation { print { name } }", PRINTING),
        (f"mutation {{ a: print {{ {BOOKS} }} b: print {{ name }} }}", PRINTING + 2 + PRINTING),
        ("mutation { print { agent { name } } }", PRINTING + 2),
    ],
)
async def test_an_operation_sends_what_its_places_do(
    library: Library, document: str, ceiling: int
) -> None:
    assert library.ceiling(document) == ceiling
    assert await library.seen(document) == ceiling


@pytest.mark.anyio
@pytest.mark.parametrize(
    "selected",
    [
        f"{BOOKS} {BOOKS}",
        f"{BOOKS} ... {{ {BOOKS} }} ... on Author {{ {BOOKS} }} ... on Named {{ name }}",
        f"...F ...F {BOOKS}",
        "books(first: 2) { nodes { writer { name } } } ...G",
        "books(first: 2) { nodes { id } nodes { ...W } } ...F",
    ],
)
async def test_what_is_merged_sends_once(library: Library, selected: str) -> None:
    document = f"""
        {{ author {{ {selected} }} unused: __typename ...U }}
        fragment F on Author {{ ...G }} fragment G on Author {{ {BOOKS} }}
        fragment W on Book {{ writer {{ name }} }}
        fragment U on Query {{ author {{ ...F }} found {{ nodes {{ ...W }} }} }}
    """

    assert library.ceiling(document) == 3 + FINDING + 1
    assert await library.seen(document) == 3 + FINDING + 1


@pytest.mark.anyio
@pytest.mark.parametrize("first", [1, 2, 50])
async def test_pages_of_any_length_send_the_same(library: Library, first: int) -> None:
    document = """query ($first: Int!) {
        author { books(first: $first) { nodes { writer { name } } } }
        works { ... on Author { books(first: $first) { edges { node { writer { name } } } } } }
    }"""

    assert library.ceiling(document) == 6
    assert await library.seen(document, first=first) == 6


@pytest.mark.parametrize(
    ("directive", "ceiling"),
    [
        ("@include(if: true)", 3),
        ("@include(if: false)", 1),
        ("@skip(if: true)", 1),
        ("@skip(if: false)", 3),
        ("@include(if: $a)", 3),
        ("@skip(if: $a)", 3),
        ("@skip(if: $a) @include(if: false)", 1),
    ],
)
@pytest.mark.parametrize("part", ["more: agent {} {{ name }}", "... {} {{ agent {{ name }} }}"])
def test_only_literals_leave_something_out(
    library: Library, part: str, directive: str, ceiling: int
) -> None:
    document = f"""query ($a: Boolean! = true) {{
        author {{ name {part.format(directive)} }} ...F {directive}
    }}
    fragment F on Query {{ other: author {{ name }} }}"""

    assert library.ceiling(document) == ceiling


@pytest.mark.parametrize(
    ("document", "ceiling"),
    [
        ("{ author { books(first: 2) { nodes @stream { writer { name } } } } }", 1 + 1 + 100),
        (f"{{ found {{ top @stream {{ ... on Author {{ {BOOKS} }} }} }} }}", FINDING + 3 * 2),
    ],
)
def test_each_entry_that_is_streamed_is_read_by_itself(
    library: Library, document: str, ceiling: int
) -> None:
    assert library.ceiling(document) == ceiling


def test_one_of_several_operations_is_counted(library: Library) -> None:
    document = f"query A {{ author {{ name }} }} query B {{ author {{ {BOOKS} }} }}"

    assert [library.ceiling(document, each) for each in "AB"] == [1, 3]


def test_a_subscription_sends_what_one_event_does(library: Library) -> None:
    assert library.ceiling(f"subscription {{ told {{ {BOOKS} }} }}") == TELLING + 2


def test_what_doubles_at_each_level_is_counted_all_the_same(library: Library) -> None:
    levels = 30
    doubling = "".join(
        f"fragment F{each} on Book {{ writer {{ name }} ...F{each + 1} ... {{ ...F{each + 1} }} }} "
        for each in range(levels)
    )
    document = f"{{ found {{ nodes {{ ...F0 }} }} }} {doubling} fragment F{levels} on Book {{ id }}"

    assert library.ceiling(document) == FINDING + 1
