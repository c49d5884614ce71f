"""What hangs below a product: options, attributes and pictures."""

import pytest

from tests.factories import Factory
from tests.graph import Graph
from tests.schema.paging import pages_of

pytestmark = pytest.mark.anyio


async def test_options_and_their_values_follow_the_variants(graph: Graph, factory: Factory) -> None:
    product = await factory.product(slug="mug")
    for position, size, colour in ((3, "S", "Red"), (1, "XL", "Blue"), (2, "S", "Blue")):
        options = [{"name": "size", "value": size}, {"name": "colour", "value": colour}]
        await factory.variant(product=product, position=position, options=options)

    data = await graph.data('{ product(slug: "mug") { options { name values } } }')

    assert data["product"]["options"] == [
        {"name": "size", "values": ["XL", "S"]},
        {"name": "colour", "values": ["Blue", "Red"]},
    ]


async def test_an_option_has_at_most_a_hundred_values(graph: Graph, factory: Factory) -> None:
    product = await factory.product(slug="mug")
    for number in range(101):
        options = [{"name": "size", "value": str(number)}]
        await factory.variant(product=product, position=number, options=options)

    data = await graph.data('{ product(slug: "mug") { options { values } } }')

    assert data["product"]["options"] == [{"values": [str(number) for number in range(100)]}]


async def test_a_product_of_one_article_has_no_options(graph: Graph, factory: Factory) -> None:
    await factory.variant(product=await factory.product(slug="mug"))

    data = await graph.data('{ product(slug: "mug") { options { name } } }')

    assert data["product"]["options"] == []


ATTRIBUTES = """query ($first: Int! = 20, $after: String) {
  product(slug: "mug") {
    attributes(first: $first, after: $after) {
      totalCount nodes { key } pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }
}"""


@pytest.fixture
async def attributes(factory: Factory) -> None:
    """A product with an attribute of each kind, and one that nobody has defined."""
    await factory.attribute("material")
    await factory.attribute("volume", kind="NUMBER")
    await factory.attribute("dishwasher_safe", kind="BOOLEAN")
    await factory.attribute("microwave_safe", kind="BOOLEAN")
    await factory.attribute("not_of_the_mug")
    await factory.product(
        slug="mug",
        attributes={
            "volume": ["0.30", "11"],
            "material": ["Clay", "Cork"],
            "dishwasher_safe": ["Yes"],
            "microwave_safe": ["no"],
            "undefined": ["1"],
        },
    )


@pytest.mark.usefixtures("attributes")
async def test_attributes_are_typed_by_their_kind(graph: Graph) -> None:
    data = await graph.data(
        """{ product(slug: "mug") { attributes { nodes {
            __typename key name
            ... on TextAttribute { words: values }
            ... on NumberAttribute { numbers: values }
            ... on BooleanAttribute { value }
        } } } }"""
    )

    assert data["product"]["attributes"]["nodes"] == [
        {
            "__typename": "BooleanAttribute",
            "key": "dishwasher_safe",
            "name": "Dishwasher safe",
            "value": True,
        },
        {
            "__typename": "TextAttribute",
            "key": "material",
            "name": "Material",
            "words": ["Clay", "Cork"],
        },
        {
            "__typename": "BooleanAttribute",
            "key": "microwave_safe",
            "name": "Microwave safe",
            "value": False,
        },
        {
            "__typename": "NumberAttribute",
            "key": "volume",
            "name": "Volume",
            "numbers": ["0.30", "11"],
        },
    ]


@pytest.mark.usefixtures("attributes")
async def test_attributes_are_paged_by_key(graph: Graph) -> None:
    pages = await pages_of(graph, ATTRIBUTES, "product", "attributes", first=3)

    assert pages == [["dishwasher_safe", "material", "microwave_safe"], ["volume"]]


@pytest.mark.usefixtures("attributes")
async def test_attributes_are_counted(graph: Graph) -> None:
    data = await graph.data(ATTRIBUTES, first=1)

    assert data["product"]["attributes"]["totalCount"] == 4


MEDIA = """query ($first: Int! = 20, $after: String) {
  product(slug: "mug") {
    media(first: $first, after: $after) {
      totalCount nodes { url } pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }
}"""


@pytest.fixture
async def media(factory: Factory) -> None:
    """Three pictures of a mug beside one of another product."""
    product = await factory.product(slug="mug")
    await factory.media(product=product, position=3, url="https://images.example/3.jpg")
    await factory.media(product=product, position=1, url="/pictures/1.svg", alt_text="A mug")
    await factory.media(product=product, position=2, url="/pictures/2.svg")
    await factory.media(product=await factory.product())


@pytest.mark.usefixtures("media")
async def test_pictures_have_absolute_addresses(graph: Graph) -> None:
    data = await graph.data('{ product(slug: "mug") { media { nodes { url altText } } } }')

    assert data["product"]["media"]["nodes"] == [
        {"url": "http://127.0.0.1:8000/pictures/1.svg", "altText": "A mug"},
        {"url": "http://127.0.0.1:8000/pictures/2.svg", "altText": ""},
        {"url": "https://images.example/3.jpg", "altText": ""},
    ]


@pytest.mark.usefixtures("media")
async def test_pictures_are_paged_by_position(graph: Graph) -> None:
    pages = await pages_of(graph, MEDIA, "product", "media", first=2)

    assert pages == [
        ["http://127.0.0.1:8000/pictures/1.svg", "http://127.0.0.1:8000/pictures/2.svg"],
        ["https://images.example/3.jpg"],
    ]


@pytest.mark.usefixtures("media")
async def test_pictures_are_counted(graph: Graph) -> None:
    data = await graph.data(MEDIA, first=1)

    assert data["product"]["media"]["totalCount"] == 3
