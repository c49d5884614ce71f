"""Whatever a graph declares can be declared as deprecated, and what is printed of it says so."""
# ruff: noqa: ARG001 - Reads and resolvers take by name what they are given.

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from typing import Generic, TypeVar

import pytest
import strawberry
from graphql import build_schema
from strawberry import Schema, federation

from execution.arguments import Argument
from execution.deprecations import deprecations, replaced_by, unplanned
from execution.fields import derived, listed, mutation, reads, root, subscription
from execution.rows import rows
from execution.sdl import api_sdl, subgraph_sdl
from tests.execution.library import BookRow

T = TypeVar("T")

REASON = "Use `Query.book`: it tells more. Removed after 2027-05-01."
OLD = replaced_by("Query.book", "it tells more", until=date(2027, 5, 1))
TITLE = Argument("title", str | None, "Its title.", None, deprecated=OLD)


async def read(context: object, keys: Sequence[int]) -> list[str]:
    raise NotImplementedError


async def find(context: object, *, title: str | None = None) -> BookRow:
    raise NotImplementedError


async def count(context: object) -> int:
    raise NotImplementedError


async def follow(context: object) -> AsyncIterator[int]:
    raise NotImplementedError
    yield


def library() -> federation.Schema:
    @strawberry.type
    class Shelf(Generic[T]):
        book: T
        mark: str = derived(str, deprecated=OLD, description="Where it stands.")
        owner: str = reads(read, key="mark", deprecated=OLD, description="Whose it is.")
        room: str = derived(str, description="Where it is.")

    @rows(BookRow)
    @strawberry.type
    class Book:
        title: str = derived(str, "title", deprecated=OLD, description="Its title.")
        author: str = reads(read, deprecated=OLD, description="Who wrote it.")

    @strawberry.type
    class Query:
        book: Book = root(find, arguments=[TITLE], description="A book.")
        shelf: Shelf[Book] = root(count, description="A shelf.")
        size: int = root(count, deprecated=OLD, description="How many there are.")
        names: list[str] = listed(at_most=5, deprecated=OLD, description="What they are called.")

    @strawberry.type
    class Mutation:
        count: int = mutation(count, statements=1, deprecated=OLD, description="Count them.")

    @strawberry.type
    class Subscription:
        counted: int = subscription(follow, statements=1, deprecated=OLD, description="Counts.")

    return federation.Schema(Query, Mutation, Subscription)


DEPRECATED = [
    "Book.author",
    "Book.title",
    "BookShelf.mark",
    "BookShelf.owner",
    "Mutation.count",
    "Query.book(title:)",
    "Query.names",
    "Query.size",
    "Subscription.counted",
]


@pytest.mark.parametrize("sdl", [api_sdl, subgraph_sdl])
def test_what_is_declared_as_deprecated_is_printed_so(sdl: Callable[[Schema], str]) -> None:
    printed = build_schema(sdl(library()), assume_valid=True)

    assert deprecations(printed) == dict.fromkeys(DEPRECATED, REASON)
    assert list(unplanned(printed)) == []


def test_what_must_be_given_cannot_be_deprecated() -> None:
    title = Argument("title", str, "Its title.", deprecated=OLD)

    @strawberry.type
    class Query:
        book: int = root(find, arguments=[title], description="A book.")

    with pytest.raises(ValueError, match=r"Required argument Query.book\(title:\) cannot be"):
        federation.Schema(Query)
