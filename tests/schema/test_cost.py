"""What the shop's own operations cost and send, and that nothing of a too dear one is executed."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from graphql import (
    DocumentNode,
    FieldDefinitionNode,
    ObjectTypeDefinitionNode,
    OperationDefinitionNode,
    parse,
    value_from_ast_untyped,
)
from sqlalchemy import func, select

from core.database import Database
from core.ids import encode_id
from core.settings import ROOT, Settings
from execution.cost import CEILING, Costs
from execution.prices import Price, Prices
from execution.sdl import api_sdl
from models import Account
from schema.graph import SUBGRAPHS, build_schema
from tests.conftest import serving
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.metering import CEILINGS

# What each operation of the client costs and the most statements that it sends, a subscription at
# an event: without variables, so with its own page sizes.
CLIENT = {
    "AccountLogIn": (10_002, 14),
    "AccountLogOut": (101, 4),
    "AccountRefresh": (102, 9),
    "AccountRegister": (10_002, 18),
    "BrowseProducts": (174, 2),
    "Cart": (403, 3),
    "CartCreate": (505, 9),
    "CartLinesAdd": (505, 10),
    "CartLinesRemove": (504, 5),
    "CartLinesUpdate": (505, 7),
    "CategoryTree": (441, 2),
    "CheckoutComplete": (1728, 24),
    "DocumentsPublish": (20_400, 1),
    "Order": (328, 4),
    "OrderCancel": (103, 7),
    "OrderDeliver": (103, 5),
    "OrderHistory": (143, 2),
    "OrderShip": (103, 5),
    "OrderUpdated": (3, 3),
    "OrdersUpdated": (3, 3),
    "ProductDetail": (660, 6),
    "Search": (6299, 4),
    "ShippingMethods": (41, 1),
    "Viewer": (52, 2),
}
# What costs another amount than a mutation, a `totalCount`, an object or a value does.
DEAR = {
    "Mutation.accountLogIn": 10_000,
    "Mutation.accountRegister": 10_000,
    "Mutation.checkoutComplete": 1000,
    "Mutation.documentsPublish": 20_000,
    "Mutation.passwordChange": 10_000,
    "Mutation.passwordReset": 10_000,
    "Query.search": 1000,
    "Query.suggest": 100,
    "SearchConnection.facets": 5000,
}
MUTATION = TOTAL_COUNT = 100
LONGEST_PAGE = 100
DEEP = """{
    products(first: 100) { nodes {
        variants(first: 100) { nodes { product { all: variants(first: 100) { nodes { sku } } } } }
    } }
}"""
DEEP_COST = 1 + 100 * (1 + 1 + 100 * (1 + 1 + 1 + 100))


def documents(folder: str) -> DocumentNode:
    """Read all operations and fragments of a folder as one document."""
    return parse("".join(path.read_text() for path in (ROOT / folder).rglob("*.graphql")))


def operations(document: DocumentNode) -> Iterator[tuple[str, OperationDefinitionNode]]:
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            assert each.name is not None
            yield each.name.value, each


def printed(sdl: str) -> Iterator[tuple[str, str, dict[str, dict[str, Any]]]]:
    """Return the directives of each field of a schema, with their arguments."""
    for each in parse(sdl).definitions:
        if isinstance(each, ObjectTypeDefinitionNode):
            for field in each.fields or ():
                yield each.name.value, field.name.value, directives(field)


def directives(field: FieldDefinitionNode) -> dict[str, dict[str, Any]]:
    return {
        each.name.value: {
            argument.name.value: value_from_ast_untyped(argument.value)
            for argument in each.arguments or ()
        }
        for each in field.directives or ()
    }


def as_directives(price: Price) -> dict[str, dict[str, Any]]:
    """Return the directives that say what a field is priced by, where its shape does not."""
    told: dict[str, dict[str, Any]] = {}
    if price.weight != bool(price.types):
        told["cost"] = {"weight": price.weight}
    if price.sliced_by:
        told["listSize"] = {
            "slicingArguments": [price.sliced_by],
            "requireOneSlicingArgument": False,
            **({"sizedFields": list(price.sized_fields)} if price.sized_fields else {}),
        }
    elif price.entries is not None:
        told["listSize"] = {"assumedSize": price.entries}
    return told


@pytest.fixture(scope="module")
def costs() -> Costs:
    return Costs(build_schema()._schema)  # noqa: SLF001 - Strawberry has no other way.


@pytest.fixture(scope="module")
def prices() -> Prices:
    return Prices(build_schema()._schema)  # noqa: SLF001 - as above.


def test_every_operation_of_the_client_costs_and_sends_what_it_should(costs: Costs) -> None:
    document = documents("client/operations")

    assert {
        name: (
            costs.cost_of(document, operation_name=name).total,
            CEILINGS.statements_of(document, name),
        )
        for name, _ in operations(document)
    } == CLIENT


@pytest.mark.parametrize("folder", ["client/operations", "rest/documents"])
def test_the_limit_leaves_room_for_the_longest_pages(costs: Costs, folder: str) -> None:
    document, limit = documents(folder), Settings().maximum_cost
    pages = {"first": LONGEST_PAGE}

    refused = [
        name
        for name, _ in operations(document)
        if costs.cost_of(document, pages, name).total > limit
    ]

    assert refused == []


def test_few_fields_cost_something_of_their_own(prices: Prices) -> None:
    own = {
        f"{type_name}.{name}": price.weight
        for type_name, fields in prices.fields.items()
        for name, price in fields.items()
        if price.weight != bool(price.types)
    }
    mutations = {f"Mutation.{name}": MUTATION for name in prices.fields["Mutation"]}
    counts = {
        f"{type_name}.totalCount": TOTAL_COUNT
        for type_name, fields in prices.fields.items()
        if "totalCount" in fields
    }

    assert own == {**mutations, **counts, **DEAR}


@pytest.mark.parametrize("subgraph", [None, *SUBGRAPHS])
def test_what_is_printed_is_what_is_enforced(prices: Prices, subgraph: str | None) -> None:
    graph = build_schema(subgraph)
    fields = list(printed(api_sdl(graph) if subgraph is None else graph.sdl))

    assert fields
    for type_name, name, told in fields:
        enforced = as_directives(prices.fields[type_name][name])
        about_costs = {each: told[each] for each in ("cost", "listSize") if each in told}
        assert about_costs == enforced, f"{type_name}.{name}"


@pytest.mark.anyio
async def test_too_dear_a_query_is_refused_and_reads_nothing(
    api: httpx.AsyncClient, statements: list[str]
) -> None:
    headers = {"Accept": "application/graphql-response+json"}

    response = await api.post("/graphql", json={"query": DEEP}, headers=headers)

    field = "products.nodes.variants.nodes.product.all.nodes"
    assert response.status_code == 400
    assert response.json() == {
        "errors": [
            {
                "message": f"The operation costs {DEEP_COST}, and the limit is 50000. The most of"
                f" it, 1000000, is for `{field}`: ask for shorter pages, or in several requests.",
                "extensions": {
                    "code": "COST_LIMIT_EXCEEDED",
                    "cost": DEEP_COST,
                    "limit": 50_000,
                    "field": field,
                },
            }
        ]
    }
    assert statements == []


@pytest.mark.anyio
async def test_a_cost_beyond_all_numbers_is_told_all_the_same(settings: Settings) -> None:
    pages = "{ nodes { category { products(first: 100) "
    document = "{ products(first: 100) " + pages * 9 + "{ totalCount }" + " } } }" * 9 + " }"

    async with serving(settings.model_copy(update={"maximum_depth": 100})) as api:
        (error,) = await Graph(api).errors(document)

    assert (error["code"], error["cost"]) == ("COST_LIMIT_EXCEEDED", CEILING)


@pytest.mark.anyio
async def test_passwords_cannot_be_tried_in_bulk(graph: Graph, database: Database) -> None:
    registrations = " ".join(
        f'a{each}: accountRegister(email: "a{each}@example.org", password: "123456789012")'
        " { accessToken }"
        for each in range(6)
    )

    (error,) = await graph.errors(f"mutation {{ {registrations} }}")

    assert (error["code"], error["cost"]) == ("COST_LIMIT_EXCEEDED", 60_000)
    assert list(await database.fetch(select(func.count()).select_from(Account), {})) == [(0,)]


@pytest.mark.anyio
async def test_a_subgraph_counts_the_objects_that_it_is_asked_for(
    settings: Settings, factory: Factory
) -> None:
    limited = settings.model_copy(update={"subgraph": "catalog", "maximum_cost": 8})
    product = {"__typename": "Product", "id": encode_id("product", await factory.product())}
    document = """query ($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on Product { slug category { slug } } }
    }"""

    async with serving(limited) as api:
        found = await Graph(api).data(document, representations=[product] * 4)
        (error,) = await Graph(api).errors(document, representations=[product] * 5)

    assert len(found["_entities"]) == 4
    assert (error["code"], error["cost"], error["field"]) == (
        "COST_LIMIT_EXCEEDED",
        10,
        "_entities",
    )


@pytest.mark.anyio
async def test_rest_is_limited_as_the_graph_is(settings: Settings) -> None:
    async with serving(settings.model_copy(update={"maximum_cost": 10})) as api:
        within = await api.get("/v1/products", params={"first": 1})
        over = await api.get("/v1/products", params={"first": 2})

    assert within.status_code == 200
    assert (over.status_code, over.json()["code"]) == (422, "COST_LIMIT_EXCEEDED")
