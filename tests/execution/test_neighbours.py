# ruff: noqa: ARG001, ARG002 - Reads and resolvers take by name what they are given.
"""What is read with a row, by a join in its own statement, and what is read by itself."""

from collections.abc import Sequence
from typing import Any

import pytest
import strawberry
from sqlalchemy import Select, column, select, table

from core.reads import Neighbour, Row
from execution.fields import reads, root
from execution.rows import Binding, rows
from tests.execution.library import data

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("both_ways")]

COUNTRIES, AUTHORS, BOOKS = (table(name) for name in ("countries", "authors", "books"))


class CountryRow(
    Row, columns={name: column(name, _selectable=COUNTRIES) for name in ("id", "name")}
):
    id: int
    name: str


class AuthorRow(
    Row,
    columns={
        name: column(name, _selectable=AUTHORS) for name in ("id", "name", "country_id", "sold")
    },
    neighbours={
        "country": Neighbour(
            CountryRow, frozenset({"id", "name"}), lambda source: source.join(COUNTRIES)
        )
    },
):
    id: int
    name: str
    country_id: int
    sold: int


class BookRow(
    Row,
    columns={name: column(name, _selectable=BOOKS) for name in ("id", "author_id")},
    neighbours={
        # How much of it was sold is counted.
        "author": Neighbour(
            AuthorRow,
            frozenset({"id", "name", "country_id"}),
            lambda source: source.select_from(AUTHORS),
        )
    },
):
    id: int
    author_id: int


VALUES: dict[str, Any] = {
    "id": 1,
    "author_id": 7,
    "author.id": 7,
    "author.name": "Author 7",
    "author.country_id": 3,
}


class Library:
    def __init__(self) -> None:
        self.columns: frozenset[str] = frozenset()
        self.authors_read: list[frozenset[str]] = []

    async def book(self, context: object, *, columns: frozenset[str]) -> BookRow:
        self.columns = columns
        names = [each.name for each in BookRow.select(columns)]
        return BookRow.of(columns, [VALUES[name] for name in names])

    async def authors(
        self, context: object, keys: Sequence[int], *, columns: frozenset[str]
    ) -> list[AuthorRow]:
        self.authors_read.append(columns)
        values = {"id": 7, "name": "Author 7", "country_id": 3, "sold": 9, "country.id": 3}
        values["country.name"] = "Country 3"
        names = [each.name for each in AuthorRow.select(columns)]
        return [AuthorRow.of(columns, [values[name] for name in names]) for _ in keys]

    async def countries(
        self, context: object, keys: Sequence[int], *, columns: frozenset[str]
    ) -> list[CountryRow]:
        raise AssertionError("It is read with the authors.")

    def schema(self) -> strawberry.Schema:
        @rows(CountryRow)
        @strawberry.type
        class Country:
            name: str

        @rows(AuthorRow)
        @strawberry.type
        class Author:
            name: str
            sold: int
            country: Country | None = reads(
                self.countries, key="country_id", neighbour="country", description="Where."
            )

        @rows(BookRow)
        @strawberry.type
        class Book:
            id: int
            author: Author | None = reads(
                self.authors, key="author_id", neighbour="author", description="Who."
            )

        @strawberry.type
        class Query:
            book: Book = root(self.book, description="A book.")

        return strawberry.Schema(Query)


@pytest.fixture
def library(bindings: dict[str, Binding]) -> Library:
    return Library()


async def test_a_neighbour_of_which_little_is_asked_comes_with_the_row(library: Library) -> None:
    answer = await data(library.schema(), "{ book { author { name } } }")

    assert answer == {"book": {"author": {"name": "Author 7"}}}
    assert library.columns == {"author_id", "author.id", "author.name"}
    assert library.authors_read == []


@pytest.mark.parametrize(
    ("selection", "answered", "columns"),
    [
        ("sold", {"sold": 9}, {"sold"}),
        (
            "country { name }",
            {"country": {"name": "Country 3"}},
            {"country_id", "country.id", "country.name"},
        ),
    ],
)
async def test_one_that_takes_more_is_read_by_itself(
    library: Library, selection: str, answered: dict[str, Any], columns: set[str]
) -> None:
    answer = await data(library.schema(), f"{{ book {{ author {{ {selection} }} }} }}")

    assert answer == {"book": {"author": answered}}
    assert library.columns == {"author_id"}
    assert library.authors_read == [columns]


def test_a_source_is_joined_with_the_neighbours_that_are_asked_for() -> None:
    source: Select[Any] = select(column("id")).select_from(BOOKS)

    assert BookRow.joined(source, {"id", "author_id"}) is source
    joined = BookRow.joined(source, {"id", "author.name"})
    assert [str(each) for each in joined.get_final_froms()] == ["books", "authors"]


def test_a_neighbour_that_the_row_does_not_have_is_refused(library: Library) -> None:
    with pytest.raises(TypeError, match="BookRow has no neighbour publisher"):

        @rows(BookRow)
        @strawberry.type
        class Book:
            publisher: str | None = reads(
                library.authors, key="author_id", neighbour="publisher", description="Who."
            )
