"""Rows of a library, a world small enough for tests to build their graphs over."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from sqlalchemy import Executable, column
from strawberry.types import ExecutionResult

from core.reads import Row
from core.viewer import ANONYMOUS


class BookRow(Row, columns={name: column(name) for name in ("id", "title", "author_id", "kind")}):
    id: int
    title: str
    author_id: int | None
    kind: str


class AuthorRow(Row, columns={name: column(name) for name in ("id", "name")}):
    id: int
    name: str


def book(id: int, author_id: int | None = None, kind: str = "novel") -> BookRow:  # noqa: A002 - the column's name.
    return BookRow.of(BookRow.columns, [id, f"Book {id}", author_id, kind])


def author(id: int) -> AuthorRow:  # noqa: A002 - the column's name.
    return AuthorRow.of(AuthorRow.columns, [id, f"Author {id}"])


class Operation:
    """The context of one operation without a database."""

    public_url = "http://library"
    viewer = ANONYMOUS
    # It is no stream that a client comes back to.
    place = None

    def __init__(self) -> None:
        self.loaders: dict[tuple[int, ...], Any] = {}

    def start_afresh(self) -> None:
        self.loaders.clear()

    async def fetch(
        self, statement: Executable, params: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        raise NotImplementedError


async def execute(
    schema: strawberry.Schema, document: str, variables: dict[str, Any] | None = None
) -> ExecutionResult:
    """Run one operation in a context of its own."""
    result = await schema.execute(document, variables, context_value=Operation())
    assert isinstance(result, ExecutionResult)
    return result


async def data(
    schema: strawberry.Schema, document: str, variables: dict[str, Any] | None = None
) -> Any:
    """Return the data of an operation that must have no errors."""
    result = await execute(schema, document, variables)
    assert result.errors is None
    return result.data
