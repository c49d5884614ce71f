from collections.abc import Sequence
from typing import Any

import pytest
import strawberry

from execution.fields import derived, reads
from execution.rows import Binding, rows
from tests.execution.library import AuthorRow, BookRow, author, book


async def names(context: object, keys: Sequence[int]) -> list[str | None]:
    raise NotImplementedError


def test_a_field_needs_the_columns_it_reads(bindings: dict[str, Binding]) -> None:
    @rows(BookRow)
    @strawberry.type
    class Book:
        title: str
        shelf_mark: str = derived(str, "id", "title", description="Where it stands.")
        author_name: str | None = reads(names, key="author_id", description="Who wrote it.")

    assert bindings["Book"].columns == {
        "title": {"title"},
        "shelfMark": {"id", "title"},
        "authorName": {"author_id"},
    }


def test_misspelt_attribute_is_refused() -> None:
    with pytest.raises(TypeError) as refused:

        @rows(BookRow)
        @strawberry.type
        class Book:
            titel: str

    assert str(refused.value) == "Book.titel needs ['titel'], which BookRow does not have"


def test_attribute_of_another_type_than_its_column_is_refused() -> None:
    with pytest.raises(TypeError) as refused:

        @rows(BookRow)
        @strawberry.type
        class Book:
            author_id: int

    assert str(refused.value) == (
        "Book.author_id is declared <class 'int'> but its column is int | None"
    )


def test_derived_field_of_a_missing_column_is_refused() -> None:
    with pytest.raises(TypeError) as refused:

        @rows(BookRow)
        @strawberry.type
        class Book:
            age: int = derived(int, "title", "printed_on", description="Its age in years.")

    assert str(refused.value) == "Book.age needs ['printed_on'], which BookRow does not have"


def test_read_by_a_missing_column_is_refused() -> None:
    with pytest.raises(TypeError) as refused:

        @rows(BookRow)
        @strawberry.type
        class Book:
            author: str | None = reads(names, key="writer_id", description="Who wrote it.")

    assert str(refused.value) == "Book.author needs ['writer_id'], which BookRow does not have"


def test_plain_resolver_is_refused() -> None:
    with pytest.raises(TypeError) as refused:

        @rows(BookRow)
        @strawberry.type
        class Book:
            @strawberry.field
            def title(self) -> str:
                raise NotImplementedError

    assert str(refused.value) == (
        "Book.title must be an attribute, a derived field or a declared read"
    )


def is_type_of(cls: Any, row: object) -> bool:
    answer: bool = cls.__strawberry_definition__.is_type_of(row, None)
    return answer


def test_a_type_is_told_by_its_row() -> None:
    @rows(BookRow)
    @strawberry.type
    class Book:
        title: str

    assert is_type_of(Book, book(1))
    assert not is_type_of(Book, author(1))


def test_types_that_share_a_row_are_told_by_a_column(bindings: dict[str, Binding]) -> None:
    @rows(BookRow, when=("kind", "atlas"))
    @strawberry.type
    class Atlas:
        title: str

    assert is_type_of(Atlas, book(1, kind="atlas"))
    assert not is_type_of(Atlas, book(1, kind="novel"))
    assert bindings["Atlas"].always == {"kind"}


def test_an_object_with_a_public_id_is_found_by_its_prefix(bindings: dict[str, Binding]) -> None:
    async def authors(
        context: object, keys: Sequence[int], *, columns: frozenset[str]
    ) -> list[AuthorRow]:
        raise NotImplementedError

    @rows(AuthorRow, prefix="author", by_id=authors)
    @strawberry.type
    class Author:
        name: str

    assert (bindings["Author"].prefix, bindings["Author"].by_id) == ("author", authors)
