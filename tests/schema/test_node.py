"""`node(id:)` and the ids that all root fields take."""

from uuid import UUID

import pytest

from core.ids import encode_id
from tests.factories import Factory
from tests.graph import Graph

pytestmark = pytest.mark.anyio

NODE = """query ($id: ID!) { node(id: $id) {
  __typename id
  ... on Product { slug category { slug } }
  ... on Variant { sku product { slug } }
  ... on Category { slug productCount }
} }"""


async def test_resolves_a_product(graph: Graph, factory: Factory) -> None:
    mugs = await factory.category(slug="mugs")
    node = encode_id("product", await factory.product(category=mugs, slug="mug"))

    assert await graph.data(NODE, id=node) == {
        "node": {"__typename": "Product", "id": node, "slug": "mug", "category": {"slug": "mugs"}}
    }


async def test_resolves_a_variant(graph: Graph, factory: Factory) -> None:
    mug = await factory.product(slug="mug")
    node = encode_id("variant", await factory.variant(product=mug, sku="XL"))

    assert await graph.data(NODE, id=node) == {
        "node": {"__typename": "Variant", "id": node, "sku": "XL", "product": {"slug": "mug"}}
    }


async def test_resolves_a_category(graph: Graph, factory: Factory) -> None:
    mugs = await factory.category(slug="mugs")
    await factory.product(category=mugs)
    node = encode_id("category", mugs)

    assert await graph.data(NODE, id=node) == {
        "node": {"__typename": "Category", "id": node, "slug": "mugs", "productCount": 1}
    }


@pytest.mark.parametrize("prefix", ["product", "variant", "category"])
async def test_is_null_where_there_is_none(graph: Graph, prefix: str) -> None:
    node = encode_id(prefix, UUID(int=1))

    assert await graph.data(NODE, id=node) == {"node": None}


MALFORMED = ["", "mug", "product", "product_01", "product_81h455vb4pex5vsknk084sn02q"]
WRONG = {
    "product": "variant_01h455vb4pex5vsknk084sn02q",
    "variant": "category_01h455vb4pex5vsknk084sn02q",
    "category": "product_01h455vb4pex5vsknk084sn02q",
    "node": "nothing_01h455vb4pex5vsknk084sn02q",
}


@pytest.mark.parametrize(
    ("field", "given"),
    [*WRONG.items(), *((field, given) for field in WRONG for given in MALFORMED)],
)
async def test_refuses_what_is_not_its_id(graph: Graph, field: str, given: str) -> None:
    errors = await graph.errors(f"query ($id: ID!) {{ {field}(id: $id) {{ id }} }}", id=given)

    assert [(each["code"], each["argument"], each["path"]) for each in errors] == [
        ("BAD_USER_INPUT", "id", [field])
    ]
    assert repr(given) in errors[0]["message"]
