"""One product: how it is found, and its own fields."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import update

from core.ids import encode_id
from models import StockLevel
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.conftest import Execute

pytestmark = pytest.mark.anyio


async def test_has_its_fields(graph: Graph, factory: Factory) -> None:
    product = await factory.product(
        category=await factory.category(name="Mugs"),
        slug="blue-mug",
        name="Blue mug",
        description="Holds tea.",
        brand="Acme",
        released_on=date(2026, 1, 2),
        created_at=datetime(2026, 1, 3, 4, 5, 6, 7, UTC),
        updated_at=datetime(2026, 2, 3, tzinfo=UTC),
        price_from_minor=1990,
        price_to_minor=2450,
    )

    data = await graph.data(
        """{ product(slug: "blue-mug") {
            id slug name description brand releasedOn createdAt updatedAt inStock
            priceRange { lowest { amount minorUnits } highest { amount currency } }
            category { name }
        } }"""
    )

    assert data["product"] == {
        "id": encode_id("product", product),
        "slug": "blue-mug",
        "name": "Blue mug",
        "description": "Holds tea.",
        "brand": "Acme",
        "releasedOn": "2026-01-02",
        "createdAt": "2026-01-03T04:05:06.000007+00:00",
        "updatedAt": "2026-02-03T00:00:00+00:00",
        "inStock": False,
        "priceRange": {
            "lowest": {"amount": "19.90", "minorUnits": 1990},
            "highest": {"amount": "24.50", "currency": "EUR"},
        },
        "category": {"name": "Mugs"},
    }


async def test_leaves_open_what_is_not_known(graph: Graph, factory: Factory) -> None:
    await factory.product(slug="mug", brand=None, released_on=None)

    data = await graph.data('{ product(slug: "mug") { brand releasedOn } }')

    assert data["product"] == {"brand": None, "releasedOn": None}


async def test_is_found_by_its_id(graph: Graph, factory: Factory) -> None:
    product = await factory.product(slug="mug")
    await factory.product()

    data = await graph.data(
        "query ($id: ID!) { product(id: $id) { slug } }", id=encode_id("product", product)
    )

    assert data == {"product": {"slug": "mug"}}


async def test_is_null_where_there_is_none(graph: Graph) -> None:
    data = await graph.data(
        'query ($id: ID!) { byId: product(id: $id) { id } bySlug: product(slug: "no") { id } }',
        id=encode_id("product", uuid4()),
    )

    assert data == {"byId": None, "bySlug": None}


@pytest.mark.parametrize(
    "arguments", ["", '(id: "product_01h455vb4pex5vsknk084sn02q", slug: "mug")']
)
async def test_wants_either_an_id_or_a_slug(graph: Graph, arguments: str) -> None:
    errors = await graph.errors(f"{{ product{arguments} {{ id }} }}")

    assert errors == [
        {
            "message": "Give either `id` or `slug`.",
            "path": ["product"],
            "code": "BAD_USER_INPUT",
            "argument": "id",
        }
    ]


async def test_refuses_a_slug_that_no_text_column_holds(graph: Graph) -> None:
    errors = await graph.errors('{ product(slug: "mug\\u0000") { id } }')

    assert [(error["code"], error["argument"]) for error in errors] == [("BAD_USER_INPUT", "slug")]


async def test_is_in_stock_while_one_variant_is_not_reserved(
    graph: Graph, factory: Factory, execute: Execute
) -> None:
    product = await factory.product(slug="mug")
    await factory.variant(product=product, stock=0)
    last = await factory.variant(product=product, stock=2)
    document = '{ product(slug: "mug") { inStock } }'

    assert await graph.data(document) == {"product": {"inStock": True}}

    await execute(update(StockLevel).where(StockLevel.variant_id == last).values(reserved=2))

    assert await graph.data(document) == {"product": {"inStock": False}}
