"""The documents are the whole of what the layer asks, and the graph knows all of it."""

import re
from collections.abc import Iterable
from enum import StrEnum
from inspect import getsource
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLUnionType,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    get_named_type,
    parse,
    validate,
)

import schema.graph
from core.settings import ROOT
from execution.sdl import api_sdl
from rest.accounts import Role
from rest.application import ROUTERS
from rest.graph import document
from rest.orders import OrderStatus, PaymentStatus
from rest.products import Sort

FOLDER = ROOT / "rest" / "documents"
NAMES = sorted(path.stem for path in FOLDER.glob("*.graphql"))
GRAPH = build_schema(api_sdl(schema.graph.build_schema()))
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
# How an operation, a fragment or a selection begins.
GRAPHQL = re.compile(
    r"\b(query|mutation|subscription)\b\s*\w*\s*(\([^)]*\)\s*)?\{|\bfragment \w+ on\b|\{\s*\w+\s*\{"
)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_one_operation_with_one_root_field(name: str) -> None:
    parsed = parse(document(name))

    assert validate(GRAPH, parsed) == []
    operations = [each for each in parsed.definitions if isinstance(each, OperationDefinitionNode)]
    (operation,) = operations
    assert operation.name is not None
    assert operation.name.value == name
    (root,) = operation.selection_set.selections
    assert isinstance(root, FieldNode)


def codes(types: Iterable[GraphQLObjectType]) -> set[str]:
    """The codes of error types, which are the types' names in capitals."""
    return {re.sub(r"(?<!^)(?=[A-Z])", "_", each.name).upper() for each in types}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route_runs_one_document_and_tells_all_its_refusals(route: APIRoute) -> None:
    ((method, name),) = re.findall(r"graph\.(\w+)\(\s*\"(\w+)\"", getsource(route.endpoint))
    operation = parse(document(name)).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    told = set(re.findall(r"`(\w+)`", str(route.responses)))

    if method == "read":
        assert operation.operation == OperationType.QUERY
        return
    assert operation.operation == OperationType.MUTATION
    (field,) = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    assert GRAPH.mutation_type is not None
    payload = get_named_type(GRAPH.mutation_type.fields[field.name.value].type)
    assert isinstance(payload, GraphQLObjectType)
    errors = get_named_type(payload.fields["errors"].type)
    assert isinstance(errors, GraphQLUnionType)
    assert codes(errors.types) - told == set()


@pytest.mark.parametrize(
    ("name", "enum"),
    [
        ("OrderStatus", OrderStatus),
        ("PaymentStatus", PaymentStatus),
        ("ProductSort", Sort),
        ("Role", Role),
    ],
)
def test_an_enum_has_the_values_of_the_graph(name: str, enum: type[StrEnum]) -> None:
    definition = GRAPH.get_type(name)

    assert isinstance(definition, GraphQLEnumType)
    assert list(definition.values) == [each.value for each in enum]


def test_every_document_and_fragment_is_used() -> None:
    code = "".join(path.read_text() for path in (ROOT / "rest").glob("*.py"))
    documents = "".join(path.read_text() for path in FOLDER.rglob("*.graphql"))

    assert [name for name in NAMES if f'"{name}"' not in code] == []
    fragments = [path.stem for path in (FOLDER / "fragments").glob("*.graphql")]
    assert [name for name in fragments if f"...{name}\n" not in documents] == []


@pytest.mark.parametrize("path", sorted((ROOT / "rest").glob("*.py")), ids=lambda path: path.stem)
def test_no_module_writes_graphql(path: Path) -> None:
    assert GRAPHQL.findall(path.read_text()) == []


@pytest.mark.parametrize(
    "text",
    ["query Mine($id: ID!) {", "{ cart { id } }", "mutation { cartClear {", "fragment A on B {"],
)
def test_graphql_would_be_found(text: str) -> None:
    assert GRAPHQL.search(text) is not None
