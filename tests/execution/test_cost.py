"""What operations cost, to the unit."""

from typing import Any

import pytest
import strawberry
from graphql import parse

from execution.cost import CEILING, Cost, Costs
from tests.execution.priced import AGE, MOST_AWARDS, SURVEY, Library


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.mark.parametrize(
    ("document", "total"),
    [
        ("{ author { name } }", 1),
        ("{ author { name penNames } }", 1),
        ("{ author { age } }", 1 + AGE),
        ("{ press { survey { name } } }", 1 + SURVEY),
        ("{ press { awards { name } } }", 1 + MOST_AWARDS),
        ("{ author { name } other: author { name } }", 2),
    ],
)
def test_an_object_costs_1_a_value_nothing_and_what_is_declared_that(
    library: Library, document: str, total: int
) -> None:
    assert library.total(document) == total


@pytest.mark.parametrize(
    ("books", "total"),
    [
        ("books { nodes { id } }", 1 + 20),
        ("books(first: 3) { nodes { id } }", 1 + 3),
        ("books(first: 3) { edges { cursor node { id } } }", 1 + 3 * 2),
        ("books(first: 3) { nodes { id } edges { cursor } }", 1 + 3 + 3),
        ("books(first: 3) { pageInfo { endCursor } totalCount }", 1 + 1 + 100),
        ("books(first: 3) { nodes { id } ...P }", 1 + 3 + 1),
    ],
)
def test_a_page_costs_what_it_has_entries_of(library: Library, books: str, total: int) -> None:
    page_info = "fragment P on VolumeConnection { pageInfo { endCursor } }" * ("...P" in books)

    assert library.total(f"{{ author {{ {books} }} }} {page_info}") == 1 + total


def test_lists_in_lists_multiply(library: Library) -> None:
    document = "{ authors(ids: [1, 2, 3, 4]) { books(first: 5) { nodes { id } } } }"

    assert library.total(document) == 4 * (1 + 1 + 5)


def test_a_list_of_what_is_wanted_counts_by_its_length(library: Library) -> None:
    document = "query ($ids: [Int!]! = [1, 2]) { authors(ids: $ids) { name } }"

    assert library.total(document, ids=[1, 2, 3]) == 3
    assert library.total(document, ids=[]) == 0
    assert library.total(document) == 2


def test_what_is_no_list_stands_for_a_list_of_one(library: Library) -> None:
    document = "query ($ids: [Int!]!) { authors(ids: $ids) { name } }"

    assert library.total(document, ids=1163) == 1
    assert library.total("{ authors(ids: 1163) { name } }") == 1


@pytest.mark.parametrize(
    ("variables", "entries"),
    [({"first": 3}, 3), ({"first": 1000}, 1000), ({}, 20)],
)
def test_a_page_is_as_long_as_a_variable_says(
    library: Library, variables: dict[str, int], entries: int
) -> None:
    document = "query ($first: Int) { author { books(first: $first) { nodes { id } } } }"

    assert library.total(document, **variables) == 1 + 1 + entries


def test_a_variable_that_is_left_out_is_its_default(library: Library) -> None:
    document = "query ($first: Int = 7) { author { books(first: $first) { nodes { id } } } }"

    assert library.total(document) == 1 + 1 + 7
    assert library.total(document, first=3) == 1 + 1 + 3


@pytest.mark.parametrize("first", [0, -1000, None, "ten", 2.5, {"first": 1}, False])
def test_no_unusable_number_makes_an_operation_cheap(library: Library, first: object) -> None:
    document = "query ($first: Int) { author { books(first: $first) { nodes { id } } } }"

    assert library.total(document, first=first) == 1 + 1 + 20


@pytest.mark.parametrize("first", ["0", "-1000"])
def test_no_unusable_literal_makes_an_operation_cheap(library: Library, first: str) -> None:
    assert library.total(f"{{ author {{ books(first: {first}) {{ nodes {{ id }} }} }} }}") == 22


@pytest.mark.parametrize(
    ("directive", "total"),
    [
        ("@include(if: true)", 2),
        ("@include(if: false)", 1),
        ("@skip(if: true)", 1),
        ("@skip(if: false)", 2),
        ("@include(if: $yes)", 2),
        ("@skip(if: $yes)", 1),
        ("@include(if: $no)", 1),
        ("@include(if: $default)", 1),
        ("@include(if: true) @skip(if: true)", 1),
        ("@include(if: $odd)", 2),
    ],
)
@pytest.mark.parametrize(
    "part", ["press {} {{ name }}", "... {} {{ press {{ name }} }}", "...F {}"]
)
def test_what_is_left_out_costs_nothing(
    library: Library, part: str, directive: str, total: int
) -> None:
    document = f"""
        query ($yes: Boolean!, $no: Boolean!, $default: Boolean = false, $odd: Boolean) {{
            author {{ name }} {part.format(directive)}
        }}
        fragment F on Query {{ press {{ name }} }}
    """

    assert library.total(document, yes=True, no=False, odd="no") == total


def test_fragments_cost_what_they_spread_on_the_types_they_are_for(library: Library) -> None:
    document = """
        { author { ...OfAnyone ...OfAuthor ... { a: age } ... on Named { name } } }
        fragment OfAnyone on Named { name ... on Press { awards { name } } }
        fragment OfAuthor on Author { books(first: 2) { nodes { id } } }
    """

    assert library.total(document) == 1 + AGE + 1 + 2


def test_a_fragment_costs_more_on_a_longer_page(library: Library) -> None:
    document = """
        { author { two: books(first: 2) { ...Page } five: books(first: 5) { ...Page } } }
        fragment Page on VolumeConnection { nodes { id } }
    """

    assert library.total(document) == 1 + (1 + 2) + (1 + 5)


def test_the_dearest_type_of_an_interface_counts(library: Library) -> None:
    document = "{ named { name ... on Author { age } ... on Press { awards { name } } } }"

    assert library.total(document) == 1 + max(AGE, MOST_AWARDS)


def test_the_dearest_type_of_a_union_counts_for_each_entry(library: Library) -> None:
    document = "{ works { ... on Volume { id } ... on Press { awards { name } } } }"

    assert library.total(document) == 10 * (1 + MOST_AWARDS)


def test_one_of_several_operations_is_counted(library: Library) -> None:
    document = "query A { author { name } } query B { author { age } }"

    assert library.cost(document, operation_name="A").total == 1
    assert library.cost(document, operation_name="B").total == 1 + AGE


def test_each_mutation_of_a_document_counts(library: Library) -> None:
    assert library.total("mutation { rename { name } print { name } }") == 100 + 500


def test_a_subscription_costs_what_one_event_does(library: Library) -> None:
    assert library.total("subscription { renamed { age } }") == 1 + AGE


def test_introspection_is_free(library: Library) -> None:
    assert library.total("{ __typename __schema { types { fields { name } } } }") == 0


def test_the_costliest_field_is_named_by_its_path(library: Library) -> None:
    document = """{
        author { age mine: books(first: 4) { nodes { id } } }
        authors(ids: [1, 2]) { his: books(first: 5) { edges { cursor node { id } } } }
    }"""

    cost = library.cost(document)

    assert cost == Cost(1 + AGE + 1 + 4 + 2 * (1 + 1 + 5 * 2), 10, ("authors", "his", "edges"))


@pytest.mark.parametrize(("levels", "total"), [(40, 1 + 2**40 * MOST_AWARDS), (60, CEILING)])
def test_what_doubles_at_each_level_is_counted_all_the_same(
    library: Library, levels: int, total: int
) -> None:
    doubling = "".join(
        f"fragment F{each} on Press {{ ...F{each + 1} ... on Named {{ ...F{each + 1} }} }} "
        for each in range(levels)
    )
    document = (
        f"{{ press {{ ...F0 }} }} {doubling} fragment F{levels} on Press {{ awards {{ name }} }}"
    )

    assert library.total(document) == total


def test_the_same_question_is_counted_once(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "query ($first: Int, $ids: [Int!]) { author { books(first: $first) { nodes { id } } } }"
    counted: list[object] = []
    cost_of = library.costs.cost_of

    def recorded(document: Any, variables: Any, operation_name: str | None) -> Cost:
        counted.append(variables)
        return cost_of(document, variables, operation_name)

    monkeypatch.setattr(library.costs, "cost_of", recorded)

    def kept(**variables: object) -> int:
        return library.costs.kept_cost_of(parse(text), variables).total

    assert [kept(first=3), kept(first=3), kept(first=4), kept(first=3)] == [5, 5, 6, 5]
    assert [kept(first=3, title="A"), kept(first=3, title="B")] == [5, 5]
    assert [kept(first=True), kept(first=1), kept(first="1"), kept()] == [3, 3, 22, 22]
    assert [kept(ids=[1]), kept(ids=[2]), kept(ids=[1, 2])] == [22, 22, 22]
    assert len(counted) == 9


def test_the_operations_of_a_document_are_kept_apart(library: Library) -> None:
    document = parse("query A { author { name } } query B { author { age } }")

    kept = [library.costs.kept_cost_of(document, operation_name=name).total for name in "ABA"]

    assert kept == [1, 1 + AGE, 1]


def test_only_so_many_costs_are_kept(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Costs, "_KEPT", 2)

    for first in (1, 2, 3):
        text = f"{{ author {{ books(first: {first}) {{ nodes {{ id }} }} }} }}"
        library.costs.kept_cost_of(parse(text))

    assert [each.total for each in library.costs._kept.values()] == [4, 5]  # noqa: SLF001


def test_a_list_without_a_size_is_no_part_of_a_graph() -> None:
    @strawberry.type
    class Shelf:
        books: list[str]

    @strawberry.type
    class Query:
        shelf: Shelf
        shelves: list[Shelf]

    with pytest.raises(TypeError) as refused:
        Costs(strawberry.Schema(Query)._schema)  # noqa: SLF001 - as above.

    assert str(refused.value) == "These lists have no size: Query.shelves, Shelf.books, Shelf.books"
