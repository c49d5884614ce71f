"""Variants: how they are found, their fields, and the list below a product."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from core.ids import encode_id
from models import StockLevel
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.conftest import Execute
from tests.schema.paging import cursor_of, pages_of

pytestmark = pytest.mark.anyio


async def test_has_its_fields(graph: Graph, factory: Factory) -> None:
    product = await factory.product(slug="mug")
    variant = await factory.variant(
        product=product,
        sku="MUG-XL",
        name="Mug, XL",
        mpn="M-1",
        eans=["4006381333931", "12345670"],
        options=[{"name": "size", "value": "XL"}, {"name": "colour", "value": "Blue"}],
        price_minor=1990,
        stock=3,
    )

    data = await graph.data(
        """{ variant(sku: "MUG-XL") {
            id sku name mpn eans options { name value }
            price { amount currency minorUnits } inStock availableQuantity product { slug }
        } }"""
    )

    assert data["variant"] == {
        "id": encode_id("variant", variant),
        "sku": "MUG-XL",
        "name": "Mug, XL",
        "mpn": "M-1",
        "eans": ["4006381333931", "12345670"],
        "options": [{"name": "size", "value": "XL"}, {"name": "colour", "value": "Blue"}],
        "price": {"amount": "19.90", "currency": "EUR", "minorUnits": 1990},
        "inStock": True,
        "availableQuantity": 3,
        "product": {"slug": "mug"},
    }


async def test_leaves_open_what_is_not_known(graph: Graph, factory: Factory) -> None:
    await factory.variant(product=await factory.product(), sku="MUG")

    data = await graph.data('{ variant(sku: "MUG") { mpn eans options { name } } }')

    assert data["variant"] == {"mpn": None, "eans": [], "options": []}


async def test_is_found_by_its_id(graph: Graph, factory: Factory) -> None:
    product = await factory.product()
    variant = await factory.variant(product=product, sku="MUG")
    await factory.variant(product=product)

    data = await graph.data(
        "query ($id: ID!) { variant(id: $id) { sku } }", id=encode_id("variant", variant)
    )

    assert data == {"variant": {"sku": "MUG"}}


async def test_is_null_where_there_is_none(graph: Graph) -> None:
    data = await graph.data(
        'query ($id: ID!) { byId: variant(id: $id) { id } bySku: variant(sku: "no") { id } }',
        id=encode_id("variant", UUID(int=1)),
    )

    assert data == {"byId": None, "bySku": None}


@pytest.mark.parametrize(
    "arguments", ["", '(id: "variant_01h455vb4pex5vsknk084sn02q", sku: "MUG")']
)
async def test_wants_either_an_id_or_an_article_number(graph: Graph, arguments: str) -> None:
    errors = await graph.errors(f"{{ variant{arguments} {{ id }} }}")

    assert [(each["code"], each["message"]) for each in errors] == [
        ("BAD_USER_INPUT", "Give either `id` or `sku`.")
    ]


@pytest.mark.parametrize(
    ("currency", "amount"), [("EUR", "12345.67"), ("JPY", "1234567"), ("KWD", "1234.567")]
)
async def test_a_price_has_the_digits_of_its_currency(
    graph: Graph, factory: Factory, currency: str, amount: str
) -> None:
    product = await factory.product(currency=currency)
    await factory.variant(product=product, sku="MUG", currency=currency, price_minor=1234567)

    data = await graph.data('{ variant(sku: "MUG") { price { amount currency minorUnits } } }')

    assert data["variant"]["price"] == {
        "amount": amount,
        "currency": currency,
        "minorUnits": 1234567,
    }


@pytest.mark.parametrize(
    ("on_hand", "reserved", "available"), [(5, 0, 5), (5, 2, 3), (5, 5, 0), (0, 0, 0)]
)
async def test_what_is_reserved_cannot_be_bought(
    graph: Graph, factory: Factory, execute: Execute, on_hand: int, reserved: int, available: int
) -> None:
    await factory.variant(product=await factory.product(), sku="MUG", stock=on_hand)
    await execute(update(StockLevel).values(reserved=reserved))

    data = await graph.data('{ variant(sku: "MUG") { inStock availableQuantity } }')

    assert data["variant"] == {"inStock": available > 0, "availableQuantity": available}


async def test_a_variant_that_was_never_counted_cannot_be_bought(
    graph: Graph, factory: Factory, execute: Execute
) -> None:
    await factory.variant(product=await factory.product(), sku="MUG")
    await execute(delete(StockLevel))

    data = await graph.data('{ variant(sku: "MUG") { inStock availableQuantity } }')

    assert data["variant"] == {"inStock": False, "availableQuantity": 0}


LIST = """query ($first: Int! = 20, $after: String) {
  product(slug: "mug") {
    variants(first: $first, after: $after) {
      totalCount nodes { sku } pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }
}"""


@pytest.fixture
async def variants(factory: Factory) -> None:
    """Five variants, two of them at one position, beside one of another product."""
    product = await factory.product(slug="mug")
    for sku, position, number in (("e", 9, 1), ("d", 3, 5), ("b", 2, 3), ("a", 1, 4), ("c", 2, 6)):
        await factory.variant(product=product, id=UUID(int=number), sku=sku, position=position)
    await factory.variant(product=await factory.product(), position=2)


@pytest.mark.usefixtures("variants")
async def test_a_product_lists_its_variants_by_position(graph: Graph) -> None:
    pages = await pages_of(graph, LIST, "product", "variants", first=2)

    assert pages == [["a", "b"], ["c", "d"], ["e"]]


@pytest.mark.usefixtures("variants")
async def test_a_product_counts_its_variants(graph: Graph) -> None:
    data = await graph.data(LIST, first=1)

    assert data["product"]["variants"]["totalCount"] == 5


@pytest.mark.usefixtures("variants")
@pytest.mark.parametrize(
    ("variables", "argument"),
    [
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"after": "garbage"}, "after"),
        ({"after": cursor_of("name", "a", str(UUID(int=1)))}, "after"),
        ({"after": cursor_of("position", 2**63, str(UUID(int=1)))}, "after"),
    ],
)
async def test_a_page_of_variants_is_refused_at_its_field(
    graph: Graph, variables: dict[str, Any], argument: str
) -> None:
    errors = await graph.errors(LIST, **variables)

    assert [(each["code"], each["argument"], each["path"]) for each in errors] == [
        ("BAD_USER_INPUT", argument, ["product", "variants"])
    ]


@pytest.mark.usefixtures("variants")
async def test_a_position_that_no_column_holds_is_behind_every_variant(graph: Graph) -> None:
    data = await graph.data(LIST, after=cursor_of("position", 2**40, str(UUID(int=1))))

    assert data["product"]["variants"]["nodes"] == []
