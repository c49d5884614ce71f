"""What answers have cost, to the unit, and never more than was foreseen."""

from typing import Any

import pytest
from graphql import (
    GraphQLAbstractType,
    GraphQLResolveInfo,
    build_schema,
    execute_sync,
    is_non_null_type,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st

from execution.prices import Prices
from tests.execution.priced import AGE, SURVEY, Library

BOOK: dict[str, object] = {"id": 1}
AWARD = {"name": "Augustpriset"}


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.mark.parametrize(
    ("document", "data", "cost"),
    [
        ("{ author { name } }", {"author": {"name": "Sara"}}, 1),
        ("{ author { name age } }", {"author": {"name": "Sara", "age": 70}}, 1 + AGE),
        ("{ author { age } }", {"author": None}, 1),
        ("{ press { survey { age } } }", {"press": {"survey": None}}, 1 + SURVEY),
        ("{ press { a: awards { name } } }", {"press": {"a": [AWARD]}}, 1 + 1),
        ("{ press { awards { name } } }", {"press": {"awards": []}}, 1),
        ("{ works { ... on Volume { id } } }", {"works": None}, 0),
        ("{ author { name } }", None, 0),
        ("{ __typename }", {"__typename": "Query"}, 0),
        ("mutation { print { name } }", {"print": {"name": "Sara"}}, 500),
        ("subscription { renamed { age } }", {"renamed": {"age": 70}}, 1 + AGE),
    ],
)
def test_a_list_counts_by_its_entries_and_a_null_by_its_field(
    library: Library, document: str, data: Any, cost: int
) -> None:
    assert library.costs.actual_cost_of(parse(document), data) == cost


@pytest.mark.parametrize(
    ("books", "page", "cost"),
    [
        ("{ nodes { id } }", {"nodes": [BOOK] * 3}, 1 + 3),
        ("{ nodes { id } totalCount }", {"nodes": [], "totalCount": 0}, 1 + 100),
        ("{ edges { node { id } } }", {"edges": [{"node": BOOK}] * 2}, 1 + 2 * 2),
        ("{ nodes { id } all: nodes { id } }", {"nodes": [BOOK], "all": [BOOK]}, 1 + 1 + 1),
        ("{ nodes { id } ... { nodes { id } } }", {"nodes": [BOOK] * 2}, 1 + 2 + 2),
    ],
)
def test_a_page_counts_by_its_entries_whatever_was_asked_for(
    library: Library, books: str, page: dict[str, object], cost: int
) -> None:
    document = parse(f"{{ author {{ books(first: 100) {books} }} }}")

    assert library.costs.actual_cost_of(document, {"author": {"books": page}}) == 1 + cost


@pytest.mark.parametrize(
    ("found", "cost"),
    [
        ({"name": "Sara", "age": 70}, 1 + AGE),
        ({"name": "Norstedts", "awards": [AWARD, AWARD]}, 1 + 2),
        ({"name": "Neither"}, 1),
    ],
)
def test_an_object_of_several_types_costs_by_the_keys_that_it_has(
    library: Library, found: dict[str, object], cost: int
) -> None:
    document = parse("{ named { name ... on Author { age } ... on Press { awards { name } } } }")

    assert library.costs.actual_cost_of(document, {"named": found}) == cost


def test_what_was_left_out_has_cost_nothing(library: Library) -> None:
    document = parse(
        "query A($no: Boolean = false) { author { name age @include(if: $no) } } query B { press }"
    )
    data = {"author": {"name": "Sara", "age": 70}}

    assert library.costs.actual_cost_of(document, data, operation_name="A") == 1
    assert library.costs.actual_cost_of(document, data, {"no": True}, "A") == 1 + AGE


def test_what_doubles_at_each_level_is_counted_once_for_an_object(library: Library) -> None:
    doubling = "".join(
        f"fragment F{each} on Press {{ ...F{each + 1} ... on Named {{ ...F{each + 1} }} }} "
        for each in range(40)
    )
    document = parse(
        f"{{ press {{ ...F0 }} }} {doubling} fragment F40 on Press {{ awards {{ name }} }}"
    )

    cost = library.costs.actual_cost_of(document, {"press": {"awards": [AWARD]}})

    assert cost == 1 + 2**40


PAGE = "nodes { id } edges { cursor node { title } } totalCount pageInfo { endCursor }"
DOCUMENTS = [
    f"{{ author {{ name age books(first: 4) {{ {PAGE} }} }} press {{ survey {{ age }} }} }}",
    f"{{ authors(ids: [1, 2, 3]) {{ age ... {{ more: books(first: 2) {{ {PAGE} }} age }} }} }}",
    """{
        named { name ... on Author { age } ... on Press { awards { name } survey { age } } }
        works { __typename ... on Volume { id } ... on Press { name awards { name } } }
    }""",
]


@pytest.mark.parametrize("document", DOCUMENTS)
@given(data=st.data())
def test_no_answer_costs_more_than_was_foreseen(document: str, data: st.DataObject) -> None:
    library = Library()
    graph = build_schema(library.schema.as_str(), assume_valid_sdl=True)
    prices = Prices(library.schema._schema)  # noqa: SLF001 - Strawberry has no other way.

    def drawn(page_size: object, info: GraphQLResolveInfo[Any], **arguments: Any) -> object:
        if not is_non_null_type(info.return_type) and data.draw(st.booleans()):
            return None
        price = prices.fields[info.parent_type.name][info.field_name]
        size = page_size if price.entries is None else price.entries
        asked = arguments.get(price.sliced_by or "", size)
        size = len(asked) if isinstance(asked, list) else asked
        one = size if price.types else "1"
        return [one] * data.draw(st.integers(0, size)) if price.is_list else one

    def drawn_type(_value: object, _info: object, kind: GraphQLAbstractType) -> str:
        return data.draw(st.sampled_from(graph.get_possible_types(kind))).name

    answer = execute_sync(graph, parse(document), field_resolver=drawn, type_resolver=drawn_type)

    assert answer.errors is None
    cost = library.costs.actual_cost_of(parse(document), answer.data)
    assert cost <= library.cost(document).total
