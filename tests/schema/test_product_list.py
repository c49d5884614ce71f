"""The list of products: sorts, filters, pages and what it refuses."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from core.ids import encode_id
from models import StockLevel
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.conftest import Execute
from tests.schema.paging import cursor_of, pages_of

pytestmark = pytest.mark.anyio

LIST = """
query (
  $sort: ProductSort! = NAME, $first: Int! = 20, $after: String, $filter: ProductFilterInput
) {
  products(sort: $sort, first: $first, after: $after, filter: $filter) {
    totalCount nodes { slug } pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}
"""
SORTS = {
    "NAME": ["a", "c", "b", "d", "e"],
    "PRICE_ASC": ["b", "d", "c", "e", "a"],
    "PRICE_DESC": ["a", "e", "c", "d", "b"],
    "NEWEST": ["e", "b", "c", "d", "a"],
}
ID = str(UUID(int=1))


@pytest.fixture
async def five(factory: Factory) -> None:
    """Five products with ties in every sort, which their ids break."""
    shelf = [
        ("a", "Apple", 300, 1, 1),
        ("b", "banana", 100, 3, 3),
        ("c", "Banana", 200, 2, 2),
        ("d", "cherry", 100, 1, 4),
        ("e", "Date", 200, 3, 5),
    ]
    category = await factory.category()
    for slug, name, price, day, number in shelf:
        await factory.product(
            id=UUID(int=number),
            category=category,
            slug=slug,
            name=name,
            price_from_minor=price,
            price_to_minor=price,
            created_at=datetime(2026, 1, day, tzinfo=UTC),
        )


async def slugs(graph: Graph, **wanted: object) -> list[str]:
    data = await graph.data(LIST, filter=wanted)
    nodes = [node["slug"] for node in data["products"]["nodes"]]
    assert data["products"]["totalCount"] == len(nodes)
    return nodes


async def refused(graph: Graph, **variables: object) -> list[Any]:
    """Return the code and argument of each error of a refused list."""
    return [(error["code"], error["argument"]) for error in await graph.errors(LIST, **variables)]


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("sort", SORTS)
async def test_pages_join_without_gap_or_repetition(graph: Graph, sort: str) -> None:
    one, two, three, four, five = SORTS[sort]

    pages = await pages_of(graph, LIST, "products", sort=sort, first=2)

    assert pages == [[one, two], [three, four], [five]]


@pytest.mark.usefixtures("five")
async def test_is_sorted_by_name_unless_told_otherwise(graph: Graph) -> None:
    assert await slugs(graph) == SORTS["NAME"]


@pytest.mark.usefixtures("five")
async def test_tells_where_a_page_stands(graph: Graph) -> None:
    document = """query ($after: String) { products(first: 3, after: $after) {
        edges { cursor }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } }"""
    first = (await graph.data(document))["products"]
    second = (await graph.data(document, after=first["edges"][2]["cursor"]))["products"]

    assert first["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": first["edges"][0]["cursor"],
        "endCursor": first["edges"][2]["cursor"],
    }
    assert second["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": second["edges"][0]["cursor"],
        "endCursor": second["edges"][1]["cursor"],
    }


@pytest.mark.usefixtures("five")
async def test_a_page_may_end_exactly_with_the_list(graph: Graph) -> None:
    data = await graph.data(LIST, first=5)

    assert data["products"]["pageInfo"]["hasNextPage"] is False


@pytest.mark.usefixtures("five")
async def test_a_cursor_behind_the_last_product_reads_an_empty_page(graph: Graph) -> None:
    data = await graph.data(LIST, after=cursor_of("name", "z", ID))

    assert data["products"] == {
        "totalCount": 5,
        "nodes": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": True, "endCursor": None},
    }


@pytest.mark.usefixtures("five")
async def test_counts_all_pages(graph: Graph) -> None:
    data = await graph.data("{ products(first: 1) { totalCount } }")

    assert data == {"products": {"totalCount": 5}}


async def test_an_empty_shop_has_an_empty_list(graph: Graph) -> None:
    assert await graph.data(LIST) == {
        "products": {
            "totalCount": 0,
            "nodes": [],
            "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "endCursor": None},
        }
    }


async def test_filters_by_a_category_and_all_below_it(graph: Graph, factory: Factory) -> None:
    home = await factory.category()
    kitchen = await factory.category(parent=home)
    mugs = await factory.category(parent=kitchen)
    for slug, category in (("a", home), ("b", mugs), ("c", await factory.category())):
        await factory.product(slug=slug, category=category)

    assert await slugs(graph, category=encode_id("category", home)) == ["a", "b"]
    assert await slugs(graph, category=encode_id("category", kitchen)) == ["b"]
    assert await slugs(graph, category=encode_id("category", UUID(int=1))) == []


@pytest.mark.parametrize(
    ("brands", "found"),
    [
        (["Acme"], ["a"]),
        (["Acme", "Bolt"], ["a", "b"]),
        (["acme"], []),
        ([], ["a", "b", "c"]),
    ],
)
async def test_filters_by_brands(
    graph: Graph, factory: Factory, brands: list[str], found: list[str]
) -> None:
    for slug, brand in (("a", "Acme"), ("b", "Bolt"), ("c", None)):
        await factory.product(slug=slug, brand=brand)

    assert await slugs(graph, brands=brands) == found


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({"priceFrom": 200}, ["b", "c"]),
        ({"priceTo": 200}, ["a", "b"]),
        ({"priceFrom": 200, "priceTo": 200}, ["b"]),
        ({"priceFrom": 201, "priceTo": 200}, []),
    ],
)
async def test_filters_by_the_lowest_price_with_both_bounds(
    graph: Graph, factory: Factory, bounds: dict[str, int], found: list[str]
) -> None:
    for slug, price in (("a", 100), ("b", 200), ("c", 300)):
        await factory.product(slug=slug, price_from_minor=price, price_to_minor=900)

    assert await slugs(graph, **bounds) == found


async def test_filters_by_stock_that_is_not_reserved(
    graph: Graph, factory: Factory, execute: Execute
) -> None:
    for slug, stock in (("sold-out", 0), ("reserved", 2), ("there", 2)):
        variant = await factory.variant(product=await factory.product(slug=slug), stock=stock)
        if slug == "reserved":
            reserve = update(StockLevel).where(StockLevel.variant_id == variant)
            await execute(reserve.values(reserved=2))
    await factory.product(slug="without-variants")

    assert await slugs(graph, inStock=True) == ["there"]
    assert len(await slugs(graph, inStock=False)) == 4


async def test_filters_hold_together(graph: Graph, factory: Factory) -> None:
    mugs, lamps = await factory.category(), await factory.category()
    for slug, category, brand, price, stock in (
        ("all", mugs, "Acme", 200, 1),
        ("category", lamps, "Acme", 200, 1),
        ("brand", mugs, "Bolt", 200, 1),
        ("price", mugs, "Acme", 300, 1),
        ("stock", mugs, "Acme", 200, 0),
    ):
        product = await factory.product(slug=slug, category=category, brand=brand)
        await factory.variant(product=product, price_minor=price, stock=stock)

    assert await slugs(
        graph,
        category=encode_id("category", mugs),
        brands=["Acme"],
        priceFrom=100,
        priceTo=250,
        inStock=True,
    ) == ["all"]


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_refuses_a_page_out_of_bounds(graph: Graph, first: int) -> None:
    assert await refused(graph, first=first) == [("BAD_USER_INPUT", "first")]


@pytest.mark.parametrize(
    ("sort", "cursor"),
    [
        ("NAME", ""),
        ("NAME", "garbage"),
        ("NAME", cursor_of("price_asc", 100, ID)),
        ("NAME", cursor_of("name", "a\x00", ID)),
        ("NAME", cursor_of("name", 5, ID)),
        ("NAME", cursor_of("name", "a", "no id")),
        ("NAME", cursor_of("name", "a")),
        ("PRICE_ASC", cursor_of("price_asc", 2**63, ID)),
        ("PRICE_ASC", cursor_of("price_asc", "100", ID)),
        ("PRICE_DESC", cursor_of("price_asc", 100, ID)),
        ("NEWEST", cursor_of("newest", "2026-01-01T00:00:00", ID)),
        ("NEWEST", cursor_of("newest", "9999-12-31T23:59:59-14:00", ID)),
    ],
)
async def test_refuses_a_cursor_that_it_did_not_write(graph: Graph, sort: str, cursor: str) -> None:
    assert await refused(graph, sort=sort, after=cursor) == [("BAD_USER_INPUT", "after")]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"brands": ["Acme"] * 51}, "`brands` takes at most 50 values, not 51."),
        ({"brands": ["\x00"]}, "The character NUL stands in no text of this shop."),
        ({"category": "mugs"}, "'mugs' is not an id"),
        (
            {"category": "product_01h455vb4pex5vsknk084sn02q"},
            "'product_01h455vb4pex5vsknk084sn02q' is not the id of a category.",
        ),
    ],
)
async def test_refuses_a_filter_that_cannot_hold(
    graph: Graph, wanted: dict[str, object], message: str
) -> None:
    assert await graph.errors(LIST, filter=wanted) == [
        {"message": message, "path": ["products"], "code": "BAD_USER_INPUT", "argument": "filter"}
    ]
