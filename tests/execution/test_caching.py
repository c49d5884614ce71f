"""For how long an answer may be kept, by what its document selects."""

from collections.abc import Sequence
from typing import Annotated, Any

import pytest
import strawberry
from graphql import parse

from execution.cache_hints import INHERITED, kept_for
from execution.caching import CachePolicies
from execution.fields import derived, reads, root
from execution.rows import rows
from tests.execution.library import AuthorRow, BookRow, author, book


async def read_author(context: object, *, columns: frozenset[str]) -> AuthorRow:
    del context, columns
    return author(1)


async def read_authors(
    context: object, keys: Sequence[int], *, columns: frozenset[str]
) -> list[AuthorRow]:
    del context, columns
    return [author(key) for key in keys]


async def read_book(context: object, *, columns: frozenset[str]) -> BookRow:
    del context, columns
    return book(1)


async def read_notes(context: object, keys: Sequence[int]) -> list[str]:
    del context
    return ["" for _ in keys]


async def read_count(context: object) -> int:
    del context
    return 1


@rows(AuthorRow)
@strawberry.type
class Author:
    name: str


@strawberry.type(directives=[INHERITED])
class Place:
    row: int


@rows(BookRow)
@strawberry.type(directives=[kept_for(60)])
class Volume:
    title: str
    kind: str = derived(lambda row: row.kind, "kind", max_age=0, description="What it is.")
    copies: int = derived(lambda _row: 3, max_age=5, description="How many there are.")
    place: Place = derived(lambda _row: Place(row=1), description="Where it stands.")
    author: Author | None = reads(read_authors, key="author_id", description="Who wrote it.")
    note: str | None = reads(read_notes, requires=["admin"], description="For the staff.")


Unkept = Annotated[Volume | Author, strawberry.union("Unkept")]
Kept = Annotated[Volume | Author, strawberry.union("Kept", directives=[kept_for(40)])]


@strawberry.type
class Query:
    volume: Volume = root(read_book, description="A book.")
    new_volume: Volume = root(read_book, max_age=20, description="A book that is new.")
    old_volume: Volume = root(read_book, max_age=600, description="A book that is old.")
    author: Author = root(read_author, description="An author.")
    dead_author: Author = root(read_author, max_age=30, description="An author of old.")
    place: Place = root(read_book, description="Where books stand.")
    unkept: Unkept = root(read_author, description="A book or an author.")
    kept: Kept = root(read_author, description="A book or an author.")
    count: int = root(read_count, description="How many books there are.")
    rough_count: int = root(read_count, max_age=10, description="How many there were lately.")
    report: int | None = root(
        read_count, requires=["admin"], max_age=60, description="For the staff."
    )


@pytest.fixture(scope="module")
def policies() -> CachePolicies:
    return CachePolicies(strawberry.Schema(Query)._schema)  # noqa: SLF001 - Strawberry has no other way.


def max_age(policies: CachePolicies, document: str, **variables: Any) -> int:
    return policies.max_age_of(parse(document), variables)


@pytest.mark.parametrize(
    ("document", "seconds"),
    [
        ("{ volume { title } }", 60),
        ("{ newVolume { title } }", 20),
        ("{ roughCount }", 10),
        ("{ deadAuthor { name } }", 30),
        ("{ volume { title copies } }", 5),
        ("{ oldVolume { title } volume { title } }", 60),
        ("{ volume { title } roughCount }", 10),
    ],
)
def test_an_answer_is_kept_as_long_as_each_of_its_fields(
    policies: CachePolicies, document: str, seconds: int
) -> None:
    assert max_age(policies, document) == seconds


def test_a_field_says_more_than_its_type(policies: CachePolicies) -> None:
    assert max_age(policies, "{ oldVolume { title } }") == 600


@pytest.mark.parametrize(
    "document",
    [
        "{ author { name } }",
        "{ place { row } }",
        "{ count }",
        "{ unkept { ... on Volume { title } } }",
        "{ volume { title author { name } } }",
        "{ volume { title kind } }",
        "{ __typename }",
        "{ __schema { description } volume { title } }",
    ],
)
def test_what_is_not_said_to_be_kept_is_not(policies: CachePolicies, document: str) -> None:
    assert max_age(policies, document) == 0


@pytest.mark.parametrize("document", ["{ report }", "{ volume { title note } }"])
def test_what_not_everybody_may_read_is_not_kept(policies: CachePolicies, document: str) -> None:
    assert max_age(policies, document) == 0


@pytest.mark.parametrize(
    ("document", "seconds"),
    [
        ("{ volume { place { row } __typename } }", 60),
        ("{ newVolume { place { row } } }", 20),
        ("{ volume { copies place { row } } }", 5),
    ],
)
def test_values_and_what_inherits_are_kept_as_long_as_what_they_are_a_part_of(
    policies: CachePolicies, document: str, seconds: int
) -> None:
    assert max_age(policies, document) == seconds


@pytest.mark.parametrize(
    ("selected", "seconds"),
    [
        ("__typename", 40),
        ("... on Author { name }", 40),
        ("... on Volume { title }", 40),
        ("... on Volume { copies }", 5),
        ("... on Author { name } ...V", 5),
        ("...V", 5),
    ],
)
def test_whichever_type_a_union_turns_out_to_be_counts(
    policies: CachePolicies, selected: str, seconds: int
) -> None:
    fragment = "fragment V on Volume { ...W } fragment W on Volume { copies }"

    assert max_age(policies, f"{{ kept {{ {selected} }} }} {fragment}") == seconds


@pytest.mark.parametrize(
    ("variables", "seconds"),
    [({}, 60), ({"with": True}, 5), ({"with": False}, 60), ({"with": None}, 5)],
)
def test_what_is_left_out_does_not_count(
    policies: CachePolicies, variables: dict[str, Any], seconds: int
) -> None:
    document = "query ($with: Boolean = false) { volume { title copies @include(if: $with) } }"

    assert max_age(policies, document, **variables) == seconds


def test_of_several_operations_the_one_that_is_run_counts(policies: CachePolicies) -> None:
    document = parse("query A { volume { title } } query B { roughCount }")

    assert policies.max_age_of(document, operation_name="A") == 60
    assert policies.max_age_of(document, operation_name="B") == 10


def test_fragments_of_fragments_are_looked_at_once(policies: CachePolicies) -> None:
    # Looked at each time that they are spread, these would take 2 to the power of 60 looks.
    chain = [
        f"fragment F{each} on Volume {{ ...F{each + 1} ...F{each + 1} }}" for each in range(60)
    ]

    document = f"{{ volume {{ ...F0 }} }} {' '.join(chain)} fragment F60 on Volume {{ copies }}"

    assert max_age(policies, document) == 5
