"""The documents are the whole of what the layer asks, and the graph knows all of it."""

import re
from pathlib import Path

import pytest
from graphql import FieldNode, OperationDefinitionNode, build_schema, parse, validate

import schema.graph
from core.settings import ROOT
from rest.graph import document

FOLDER = ROOT / "rest" / "documents"
NAMES = sorted(path.stem for path in FOLDER.glob("*.graphql"))
GRAPH = build_schema(schema.graph.build_schema().as_str())
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
