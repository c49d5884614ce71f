"""Every query of the client and of REST, and what crosses the borders of subgraphs most.

The gateways answer each caller as the whole graph does.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import OperationType

from tests.gateways.answers import assert_same, codes
from tests.gateways.market import ENTITIES, Market
from tests.gateways.operations import OPERATIONS, operations_of, variables
from tests.gateways.processes import GATEWAYS, Doors

QUERIES = sorted(operations_of(OperationType.QUERY))
ANYTHING = """
    __typename
    ... on Account { email cart { id } orders { totalCount } addresses { nodes { city } } }
    ... on Address { city }
    ... on Cart { version lines { nodes { variant { name product { name } } } } }
    ... on CartLine { quantity variant { sku price { amount } } }
    ... on Category { name products { nodes { merchant { email } } } }
    ... on Order { number account { email } lines { nodes { variant { product { slug } } } } }
    ... on Product { name merchant { email orders { totalCount } } category { name } }
    ... on Variant { sku product { category { breadcrumbs { name } } } }
"""
CROSSINGS = {
    "what an account bought and is about to buy": """{ viewer {
        orders { nodes { number lines { nodes { variant { sku product { name } } } } } }
        cart { itemCount lines { edges { node { variant { product { category { name } } } } } } }
    } }""",
    "who bought, for staff": """{ orders(first: 3) { nodes {
        number account { email cart { version } orders { totalCount } }
    } } }""",
    "whose products they are": """{ products { nodes {
        name merchant { name addresses { totalCount } orders { nodes { status } } }
    } } }""",
    "pages that cannot be, in a list": """{ viewer { orders(first: 3) { nodes {
        id lines { nodes { variant { id product { variants(first: 0) { totalCount } } } } }
    } } } }""",
    "a page that cannot be, of a part that is nullable": """{ viewer {
        email orders(first: 101) { totalCount } cart { version lines(first: 0) { totalCount } }
    } }""",
}


def test_every_query_is_compared(market: Market) -> None:
    assert sorted(variables(market)) == QUERIES


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("name", QUERIES)
def test_an_operation_is_answered_alike(
    doors: Doors, market: Market, name: str, gateway: str
) -> None:
    assert compared(doors, market, gateway, OPERATIONS[name], variables(market)[name]) > 0


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("name", CROSSINGS)
def test_a_crossing_is_answered_alike(
    doors: Doors, market: Market, name: str, gateway: str
) -> None:
    assert compared(doors, market, gateway, CROSSINGS[name], {}) > 0


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("prefix", sorted(ENTITIES))
def test_every_object_is_shown_alike_to_whoever_may_see_it(
    doors: Doors, market: Market, prefix: str, gateway: str
) -> None:
    roots = [
        f'n{number}: node(id: "{id_}") {{ ...Any }}'
        for number, id_ in enumerate(market.ids[prefix])
    ]
    query = f"{{ {' '.join(roots)} }} fragment Any on Node {{ {ANYTHING} }}"
    assert compared(doors, market, gateway, query, {}) > 0


REFUSED: dict[str, dict[str, Any]] = {
    "what does not parse": {"query": "{ viewer { id }"},
    "a field that is not there": {"query": "{ nothing }"},
    "a variable that is not there": {"query": "query Q($id: ID!) { order(id: $id) { id } }"},
    "a variable of another type": {
        "query": "query Q($first: Int!) { products(first: $first) { totalCount } }",
        "variables": {"first": "many"},
    },
    "one of two operations": {"query": "query A { __typename } query B { __typename }"},
    "another operation": {"query": "query A { __typename }", "operationName": "B"},
}


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("name", REFUSED)
def test_a_request_is_refused_with_the_same_code(doors: Doors, name: str, gateway: str) -> None:
    whole, other = (doors.ask(door, {}, **REFUSED[name]) for door in ("whole", gateway))

    assert "data" not in whole
    assert "data" not in other
    assert codes(other) == codes(whole)


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_nothing_is_shown_to_a_false_token(doors: Doors, gateway: str) -> None:
    """The whole graph refuses the request; a gateway learns of it by the first subgraph it asks."""
    headers = {"Authorization": "Bearer false"}
    query = '{ viewer { id } product(id: "no id") { name } }'
    whole, other = (doors.ask(door, headers, query) for door in ("whole", gateway))

    assert codes(whole) == [((), "UNAUTHENTICATED")]
    assert other["data"] == {"viewer": None, "product": None}
    assert {code for _, code in codes(other)} == {"UNAUTHENTICATED"}


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_cursor_of_one_is_good_for_the_other(doors: Doors, market: Market, gateway: str) -> None:
    query, headers = OPERATIONS["client/OrderHistory"], market.callers["customer"]
    first = doors.ask("whole", headers, query, {"first": 2})
    after = first["data"]["viewer"]["orders"]["pageInfo"]["endCursor"]

    whole, other = (
        doors.ask(door, headers, query, {"first": 2, "after": after}) for door in ("whole", gateway)
    )

    assert whole["data"]["viewer"]["orders"]["nodes"]
    assert_same(whole, other, gateway)


def compared(
    doors: Doors, market: Market, gateway: str, query: str, given: Mapping[str, Any]
) -> int:
    """Ask as everybody, and return how many found something."""
    found = 0
    for headers in market.callers.values():
        whole = doors.ask("whole", headers, query, given)
        assert_same(whole, doors.ask(gateway, headers, query, given), gateway)
        found += any((whole.get("data") or {}).values())
    return found
