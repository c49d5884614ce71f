from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid, select

from core.cursors import encode_cursor
from core.errors import BadInput
from core.reads import Edge, Order, Page, PageRequest, Row

BOOKS = Table(
    "books",
    MetaData(),
    Column("pages", Integer),
    Column("title", String),
    Column("id", Uuid),
    Column("secret", String),
)
BY_TITLE = Order("title", ("title", "id"))
BOOK_ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


class BookRow(Row, columns=dict(BOOKS.c)):
    id: UUID
    title: str
    pages: int


def test_selects_the_named_columns_in_the_order_of_the_class() -> None:
    for names in permutations(["pages", "id", "title"]):
        statement = str(select(*BookRow.select(names)))
        assert statement == (
            "SELECT books.id AS id, books.title AS title, books.pages AS pages \nFROM books"
        )


def test_selects_no_column_that_was_not_named() -> None:
    assert [column.name for column in BookRow.select({"pages", "id"})] == ["id", "pages"]


def test_row_takes_values_in_the_order_of_its_select() -> None:
    for names in permutations(["pages", "title"]):
        assert vars(BookRow.of(names, ["Emma", 474])) == {"title": "Emma", "pages": 474}


def test_row_has_no_column_that_was_not_asked() -> None:
    with pytest.raises(AttributeError):
        _ = BookRow.of({"title"}, ["Emma"]).pages


def test_row_refuses_another_number_of_values() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        BookRow.of({"title", "pages"}, ["Emma"])


def test_row_cannot_name_a_column_that_its_table_lacks() -> None:
    with pytest.raises(KeyError, match="author"):

        class AuthorRow(Row, columns=dict(BOOKS.c)):
            author: str


def test_cursor_of_a_page_is_read_as_a_position_in_its_order() -> None:
    row = BookRow.of({"id", "title"}, [BOOK_ID, "Emma"])
    cursor = Page([row], BY_TITLE).cursor(row)

    assert PageRequest(10, cursor).position(BY_TITLE, BookRow) == ("Emma", BOOK_ID)


def test_first_page_has_no_position() -> None:
    assert PageRequest(10).position(BY_TITLE, BookRow) is None


def test_cursor_of_another_order_is_bad_input() -> None:
    cursor = encode_cursor("pages", [474, BOOK_ID])

    with pytest.raises(BadInput) as refused:
        PageRequest(10, cursor).position(BY_TITLE, BookRow)

    assert str(refused.value) == (
        "This is not a cursor of this list: the cursor belongs to another sort."
    )
    assert refused.value.values == {"argument": "after"}


def test_edges_are_the_rows_in_order() -> None:
    rows = [BookRow.of({"title"}, [title]) for title in ("Emma", "Ulysses")]
    page = Page(rows, BY_TITLE)

    assert page.edges == [Edge(page, rows[0]), Edge(page, rows[1])]
