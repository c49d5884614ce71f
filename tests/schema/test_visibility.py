"""Draft and retired products cannot be seen by any path."""

import pytest

from core.ids import encode_id
from tests.factories import Factory
from tests.graph import Graph

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["draft", "retired"])
async def hidden(request: pytest.FixtureRequest, factory: Factory) -> dict[str, str]:
    """Ids of a hidden product with all that hangs below it, in a category of a visible one."""
    mugs = await factory.category(slug="mugs")
    await factory.product(category=mugs, slug="seen")
    await factory.attribute("material")
    product = await factory.product(
        category=mugs, slug="hidden", status=request.param, attributes={"material": ["Clay"]}
    )
    variant = await factory.variant(product=product, sku="HIDDEN")
    await factory.media(product=product)
    return {"product": encode_id("product", product), "variant": encode_id("variant", variant)}


async def test_by_its_root_field(graph: Graph, hidden: dict[str, str]) -> None:
    data = await graph.data(
        'query ($id: ID!) { byId: product(id: $id) { id } bySlug: product(slug: "hidden") { id } }',
        id=hidden["product"],
    )

    assert data == {"byId": None, "bySlug": None}


async def test_by_node(graph: Graph, hidden: dict[str, str]) -> None:
    data = await graph.data(
        "query ($p: ID!, $v: ID!) { product: node(id: $p) { id } variant: node(id: $v) { id } }",
        p=hidden["product"],
        v=hidden["variant"],
    )

    assert data == {"product": None, "variant": None}


async def test_by_its_variant(graph: Graph, hidden: dict[str, str]) -> None:
    data = await graph.data(
        """query ($id: ID!) {
            byId: variant(id: $id) { product { id } }
            bySku: variant(sku: "HIDDEN") { product { id } }
        }""",
        id=hidden["variant"],
    )

    assert data == {"byId": None, "bySku": None}


@pytest.mark.usefixtures("hidden")
async def test_in_the_list(graph: Graph) -> None:
    data = await graph.data("{ products { totalCount nodes { slug } } }")

    assert data["products"] == {"totalCount": 1, "nodes": [{"slug": "seen"}]}


@pytest.mark.usefixtures("hidden")
async def test_in_its_category(graph: Graph) -> None:
    data = await graph.data(
        '{ category(slug: "mugs") { productCount products { totalCount nodes { slug } } } }'
    )

    assert data["category"] == {
        "productCount": 1,
        "products": {"totalCount": 1, "nodes": [{"slug": "seen"}]},
    }
