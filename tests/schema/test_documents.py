"""What a document may do besides naming fields: aliases, fragments and conditions."""

import pytest

from tests.factories import Factory
from tests.graph import Graph

pytestmark = pytest.mark.anyio


@pytest.fixture
async def mugs(factory: Factory) -> None:
    """Mugs named a and b, b with two variants, in one category."""
    category = await factory.category(slug="mugs", name="Mugs")
    await factory.product(category=category, slug="a", name="a")
    b = await factory.product(category=category, slug="b", name="b")
    for sku in ("B1", "B2"):
        await factory.variant(product=b, sku=sku)


@pytest.mark.usefixtures("mugs")
async def test_aliases_take_arguments_of_their_own(graph: Graph) -> None:
    data = await graph.data(
        """{
            one: products(first: 1) { nodes { slug } }
            all: products { nodes { first: variants(first: 1) { nodes { sku } }
                                    both: variants { nodes { sku } } } }
        }"""
    )

    assert data["one"]["nodes"] == [{"slug": "a"}]
    assert data["all"]["nodes"] == [
        {"first": {"nodes": []}, "both": {"nodes": []}},
        {"first": {"nodes": [{"sku": "B1"}]}, "both": {"nodes": [{"sku": "B1"}, {"sku": "B2"}]}},
    ]


@pytest.mark.usefixtures("mugs")
async def test_edges_and_nodes_of_one_page_agree(graph: Graph) -> None:
    data = await graph.data("{ products { edges { node { slug } } nodes { name } } }")

    assert data["products"] == {
        "edges": [{"node": {"slug": "a"}}, {"node": {"slug": "b"}}],
        "nodes": [{"name": "a"}, {"name": "b"}],
    }


@pytest.mark.usefixtures("mugs")
async def test_fields_come_through_fragments(graph: Graph) -> None:
    data = await graph.data(
        """
        query { products(first: 1) { ...Page } }
        fragment Page on ProductConnection { ... { totalCount } nodes { ...Card } }
        fragment Card on Product { slug ... on Node { id } category { ...Name } }
        fragment Name on Category { name products { nodes { ...Slug } } }
        fragment Slug on Product { slug }
        """
    )

    assert data["products"]["totalCount"] == 2
    (card,) = data["products"]["nodes"]
    assert card.pop("id").startswith("product_")
    assert card == {
        "slug": "a",
        "category": {"name": "Mugs", "products": {"nodes": [{"slug": "a"}, {"slug": "b"}]}},
    }


@pytest.mark.usefixtures("mugs")
@pytest.mark.parametrize(
    ("directive", "condition", "total"),
    [
        ("include", True, {"totalCount": 2}),
        ("include", False, {}),
        ("skip", True, {}),
        ("skip", False, {"totalCount": 2}),
    ],
)
async def test_a_total_is_counted_on_condition(
    graph: Graph,
    statements: list[str],
    directive: str,
    condition: bool,  # noqa: FBT001 - pytest passes it by name.
    total: dict[str, int],
) -> None:
    data = await graph.data(
        f"""query ($condition: Boolean!) {{
            products {{ totalCount @{directive}(if: $condition) nodes {{ slug }} }}
        }}""",
        condition=condition,
    )

    assert data["products"] == {**total, "nodes": [{"slug": "a"}, {"slug": "b"}]}
    assert ["count(*)" in statement for statement in statements] == [bool(total)]


@pytest.mark.usefixtures("mugs")
async def test_a_count_alone_reads_no_rows(graph: Graph, statements: list[str]) -> None:
    assert await graph.data("{ products { totalCount } }") == {"products": {"totalCount": 2}}

    assert len(statements) == 1


@pytest.mark.usefixtures("mugs")
async def test_a_type_name_needs_no_column(graph: Graph) -> None:
    data = await graph.data("{ products(first: 1) { __typename nodes { __typename } } }")

    assert data["products"] == {
        "__typename": "ProductConnection",
        "nodes": [{"__typename": "Product"}],
    }
