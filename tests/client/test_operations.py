"""The client's operations against the schema and a small shop, and what they cost."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate
from sqlalchemy import select

import schema.graph
from core.database import Database
from core.settings import ROOT, Settings
from models import Product
from services.catalog_import import import_catalogue
from services.demo.catalogue import demo_catalogue
from tests.graph import Graph
from tests.schema.conftest import reindex

OPERATIONS = {
    path.stem: path.read_text()
    for path in sorted((ROOT / "client" / "operations").glob("*.graphql"))
}
# How many statements each operation costs, however much it finds.
STATEMENTS = {"BrowseProducts": 2, "CategoryTree": 2, "ProductDetail": 7, "Search": 5}


@pytest.fixture
async def variables(settings: Settings, database: Database) -> dict[str, dict[str, str]]:
    """Variables for each operation that find something in a shop of thirty products."""
    await import_catalogue(database, demo_catalogue(30))
    await reindex(settings, database)
    ((slug, name),) = await database.fetch(select(Product.slug, Product.name).limit(1), {})
    return {"ProductDetail": {"slug": slug}, "Search": {"query": name}}


def found(data: dict[str, Any]) -> Any:
    """Return what the only root field of an operation found."""
    (field,) = data.values()
    return field.get("nodes") or field.get("edges") or field.get("id")


def test_every_operation_has_a_price() -> None:
    assert STATEMENTS.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_valid_and_named_as_its_file(name: str) -> None:
    document = parse(OPERATIONS[name])

    assert validate(build_schema(schema.graph.build_schema().as_str()), document) == []
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert operation.name is not None
    assert operation.name.value == name


@pytest.mark.anyio
@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_operation_answers_in_so_many_statements(
    graph: Graph, variables: dict[str, dict[str, str]], statements: list[str], name: str
) -> None:
    data = await graph.data(OPERATIONS[name], **variables.get(name, {}))

    assert found(data)
    assert len(statements) == STATEMENTS[name]
