# ruff: noqa: ARG002 - Resolvers take by name what they are given.
from collections.abc import Callable

import pytest
import strawberry

from core.reads import Order, Page, PageRequest
from execution.connections import Connection
from execution.fields import derived, root
from execution.rows import rows
from tests.execution.library import BookRow, book, data

pytestmark = pytest.mark.anyio


ALWAYS = "id @include(if: $yes) @skip(if: $no)"


class Library:
    """Root fields that remember what was asked of the rows they return."""

    def __init__(self) -> None:
        self.columns: frozenset[str] = frozenset()
        self.columns_of: dict[str, frozenset[str]] = {}
        self.selected: frozenset[str] = frozenset()

    async def one(self, context: object, *, columns: frozenset[str]) -> BookRow:
        self.columns = columns
        return book(1)

    async def page(
        self,
        context: object,
        *,
        columns: frozenset[str],
        selected: frozenset[str],
        page: PageRequest,
    ) -> Page[BookRow]:
        self.columns, self.selected = columns, selected
        return Page([book(1)], Order("id", ("id",)), total=1)

    async def any(
        self,
        context: object,
        *,
        columns: frozenset[str],
        columns_of: Callable[[str], frozenset[str]],
    ) -> BookRow:
        self.columns = columns
        self.columns_of = {name: columns_of(name) for name in ("Book", "Atlas")}
        return book(1, kind="novel")

    def schema(self) -> strawberry.Schema:
        @strawberry.interface
        class Work:
            id: int

        @rows(BookRow, when=("kind", "novel"))
        @strawberry.type
        class Book(Work):
            id: int
            title: str
            byline: str = derived(str, "title", "author_id", description="Title and author.")

        @rows(BookRow, when=("kind", "atlas"))
        @strawberry.type
        class Atlas(Work):
            id: int
            title: str

        @strawberry.type
        class Query:
            book: Book = root(self.one, description="A book.")
            books: Connection[Book] = root(self.page, description="Books.")
            work: Work = root(self.any, description="A work of any kind.")

        return strawberry.Schema(Query, types=[Atlas])


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.mark.parametrize(
    ("document", "columns"),
    [
        ("{ book { id } }", {"id"}),
        ("{ book { id title } }", {"id", "title"}),
        ("{ book { byline } }", {"title", "author_id"}),
        ("{ book { __typename } }", set()),
        ("{ book { heading: title } }", {"title"}),
        ("{ first: book { title } }", {"title"}),
        ("{ book { id } book { title } }", {"id", "title"}),
        ("{ book { ...F } } fragment F on Book { title }", {"title"}),
        (
            "{ book { id ...F } } fragment F on Book { ...G } fragment G on Book { byline }",
            {"id", "title", "author_id"},
        ),
        ("{ book { ...F } } fragment F on Work { id }", {"id"}),
        ("{ book { ... { title } } }", {"title"}),
        ("{ book { ... on Book { title } } }", {"title"}),
        ("{ book { ... on Work { id ... on Atlas { title } } } }", {"id"}),
    ],
)
async def test_asks_for_the_columns_of_the_selected_fields(
    library: Library, document: str, columns: set[str]
) -> None:
    await data(library.schema(), document)

    assert library.columns == columns | {"kind"}


@pytest.mark.parametrize(
    ("directives", "columns"),
    [
        ("@skip(if: true)", set()),
        ("@skip(if: false)", {"title"}),
        ("@include(if: true)", {"title"}),
        ("@include(if: false)", set()),
        ("@skip(if: $yes)", set()),
        ("@skip(if: $no)", {"title"}),
        ("@include(if: $yes)", {"title"}),
        ("@include(if: $no)", set()),
        ("@skip(if: $no) @include(if: $yes)", {"title"}),
        ("@skip(if: $yes) @include(if: $yes)", set()),
        ("@skip(if: $no) @include(if: $no)", set()),
    ],
)
@pytest.mark.parametrize(
    "selection",
    ["title %s", "... %s { title }", "... on Book %s { title }", "...F %s"],
)
async def test_asks_for_nothing_that_is_skipped(
    library: Library, selection: str, directives: str, columns: set[str]
) -> None:
    fragment = "fragment F on Book { title }" if "...F" in selection else ""
    asked = selection.replace("%s", directives)
    # The first field is always asked, and uses both variables.
    document = f"query Q($yes: Boolean!, $no: Boolean = false) {{ book {{ {ALWAYS} {asked} }} }}"
    await data(library.schema(), f"{document} {fragment}", {"yes": True})

    assert library.columns == columns | {"id", "kind"}


@pytest.mark.parametrize(
    ("selection", "columns", "selected"),
    [
        ("nodes { title }", {"title"}, {"nodes"}),
        ("edges { node { title } }", {"title"}, {"edges"}),
        ("edges { cursor node { id } } nodes { title }", {"id", "title"}, {"edges", "nodes"}),
        ("edges { ...E }", {"title"}, {"edges"}),
        ("list: nodes { id } totalCount", {"id"}, {"nodes", "totalCount"}),
        ("totalCount", set(), {"totalCount"}),
        ("nodes @skip(if: true) { title } totalCount", set(), {"totalCount"}),
    ],
)
async def test_asks_through_the_edges_and_nodes_of_a_connection(
    library: Library, selection: str, columns: set[str], selected: set[str]
) -> None:
    fragment = "fragment E on BookEdge { node { title } }" if "...E" in selection else ""
    await data(library.schema(), f"{{ books {{ {selection} }} }} {fragment}")

    assert library.columns == columns | {"kind"}
    assert library.selected == selected


@pytest.mark.parametrize(
    ("selection", "of_book", "of_atlas"),
    [
        ("id", {"id"}, {"id"}),
        ("... on Book { byline }", {"title", "author_id"}, set()),
        ("id ... on Atlas { title }", {"id"}, {"id", "title"}),
    ],
)
async def test_asks_of_an_interface_by_type(
    library: Library, selection: str, of_book: set[str], of_atlas: set[str]
) -> None:
    await data(library.schema(), f"{{ work {{ {selection} }} }}")

    assert library.columns_of == {"Book": of_book | {"kind"}, "Atlas": of_atlas | {"kind"}}
    assert library.columns == of_book | of_atlas | {"kind"}
