"""Documents are valid, and the same for the same seed; a smaller one still differs."""

from collections.abc import Iterator

import pytest
from graphql import GraphQLSchema, parse, print_ast, validate

from core.viewer import ANONYMOUS
from tests.execution.differential.documents import Documents
from tests.execution.differential.shop import made_up_shop
from tests.execution.differential.shrinking import shrunk
from tests.execution.differential.ways import Case
from tests.execution.differential.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def schema() -> Iterator[GraphQLSchema]:
    with made_up_shop() as made_up:
        yield made_up


def test_each_document_is_valid(schema: GraphQLSchema) -> None:
    documents = Documents(schema)
    for seed in range(200):
        made = documents.request(seed)
        assert validate(schema, parse(made.document)) == [], (seed, made.document)


def test_a_seed_gives_one_document(schema: GraphQLSchema) -> None:
    first, second = Documents(schema), Documents(schema)

    assert [first.request(seed) for seed in range(50)] == [
        second.request(seed) for seed in range(50)
    ]


def test_documents_have_all_parts(schema: GraphQLSchema) -> None:
    parts = (
        *("query", "mutation", "subscription", "... on Node", "...F0", "__typename", "_entities"),
        *("@skip(if: $", "@include(if: true)", ": null", "node(id: $", "filter: {", "sort: $"),
        *("representations: [{__typename", "Input = {", "Input!]!"),
    )
    documents = Documents(schema)
    made = [documents.request(seed).document for seed in range(400)]

    assert [part for part in parts if not any(part in each for each in made)] == []


async def test_a_smaller_document_still_differs(schema: GraphQLSchema) -> None:
    document = parse(
        """query Made($v0: Boolean!, $v1: Boolean!) {
            products { ...F0 @include(if: $v0) totalCount }
            cart { id ...F1 }
        }
        fragment F0 on ProductConnection { nodes { name slug @skip(if: $v1) } totalCount }
        fragment F1 on Cart { version }"""
    )
    case = Case(document, {"v0": True, "v1": False}, ANONYMOUS, World(0))

    async def differs(each: Case) -> bool:
        return "slug" in print_ast(each.document)

    small = await shrunk(schema, case, differs)

    assert print_ast(small.document) == (
        "{\n  products {\n    ...F0\n  }\n}\n\n"
        "fragment F0 on ProductConnection {\n  nodes {\n    slug\n  }\n}"
    )
