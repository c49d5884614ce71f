"""The client's operations against the schema and a small shop, and what they cost."""

from typing import Any

import pytest
from graphql import (
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    parse,
    print_ast,
    separate_operations,
    validate,
)
from sqlalchemy import select

from core.database import Database
from core.ids import encode_id
from core.settings import ROOT, Settings
from models import Order, Product
from services.catalog_import import import_catalogue
from services.demo.catalogue import demo_catalogue
from tests.buying import Shop
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.conftest import reindex

DOCUMENTS = {
    path.stem: path.read_text()
    for path in sorted((ROOT / "client" / "operations").glob("*.graphql"))
}
FRAGMENTS = DOCUMENTS.pop("Fragments")
WRITTEN = build_schema((ROOT / "schema.graphql").read_text())
# How many statements each query costs, however much it finds.
STATEMENTS = {
    "BrowseProducts": 2,
    "Cart": 3,
    "CategoryTree": 2,
    "Order": 4,
    "OrderHistory": 2,
    "ProductDetail": 6,
    "Search": 4,
    "ShippingMethods": 1,
    "Viewer": 2,
}


def operation_of(name: str) -> OperationDefinitionNode:
    (operation,) = parse(DOCUMENTS[name]).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation


def whole(name: str) -> str:
    """Return an operation with the fragments that it spreads, as the client sends it."""
    return print_ast(separate_operations(parse(DOCUMENTS[name] + FRAGMENTS))[name])


@pytest.fixture
async def buyer(database: Database, factory: Factory, as_account: AsAccount) -> Graph:
    """Somebody with a cart of two lines who has ordered such a one before."""
    shop, account = Shop(database, factory), await factory.account()
    lines = {await shop.variant(): 2, await shop.variant(): 1}
    await shop.buy(await shop.basket(lines, account=account))
    await shop.basket(lines, account=account)
    return await as_account(id=account)


@pytest.fixture
async def variables(
    settings: Settings, database: Database, buyer: Graph
) -> dict[str, dict[str, str]]:
    """Variables for each query that find something in a shop of thirty products."""
    del buyer
    await import_catalogue(database, demo_catalogue(30))
    await reindex(settings, database)
    ((slug, name),) = await database.fetch(select(Product.slug, Product.name).limit(1), {})
    ((order_id,),) = await database.fetch(select(Order.id), {})
    return {
        "Order": {"id": encode_id("order", order_id)},
        "ProductDetail": {"slug": slug},
        "Search": {"query": name},
        "ShippingMethods": {"currency": "EUR"},
    }


def found(data: dict[str, Any]) -> Any:
    """Return what the only root field of an operation found."""
    (field,) = data.values()
    listed = field.get("orders", field)
    return listed.get("nodes") or listed.get("edges") or listed.get("id")


def test_every_query_has_a_price() -> None:
    queries = {name for name in DOCUMENTS if operation_of(name).operation is OperationType.QUERY}

    assert STATEMENTS.keys() == queries


def test_every_fragment_is_used() -> None:
    document = parse("".join(DOCUMENTS.values()) + FRAGMENTS)

    assert validate(WRITTEN, document, [NoUnusedFragmentsRule]) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_operation_is_valid_and_named_as_its_file(name: str) -> None:
    assert validate(WRITTEN, parse(whole(name))) == []
    operation = operation_of(name)
    assert operation.name is not None
    assert operation.name.value == name


@pytest.mark.anyio
@pytest.mark.parametrize("name", STATEMENTS)
async def test_a_query_answers_in_so_many_statements(
    buyer: Graph, variables: dict[str, dict[str, str]], statements: list[str], name: str
) -> None:
    data = await buyer.data(whole(name), **variables.get(name, {}))

    assert found(data)
    assert len(statements) == STATEMENTS[name]
