"""Search through the graph: what it passes to the engine, and what it makes of the answer."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from core.database import Database
from core.ids import encode_id
from core.settings import Settings
from models import Product
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.conftest import Execute, reindex
from tests.schema.paging import cursor_of, pages_of

pytestmark = pytest.mark.anyio

KITCHEN, GARDEN = UUID(int=1), UUID(int=2)
SEARCH = """
query ($query: String! = "", $filter: SearchFilterInput, $sort: SearchSort! = NAME,
       $first: Int! = 20, $after: String) {
  search(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {
    totalCount nodes { name } pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}
"""


@pytest.fixture
async def shop(settings: Settings, database: Database, factory: Factory) -> None:
    """A mug and a kettle in the kitchen, a red and a sold-out hose in the garden."""
    await factory.attribute("colour")
    for category, slug in ((KITCHEN, "kitchen"), (GARDEN, "garden")):
        await factory.category(id=category, path=[category], slug=slug, name=slug.title())
    for day, name, category, brand, price, stock, colour in (
        (1, "Blue mug", KITCHEN, "Acme", 900, 3, "Blue"),
        (2, "Kettle", KITCHEN, "Bolt", 4000, 3, "Red"),
        (3, "Red hose", GARDEN, "Acme", 2000, 3, "Red"),
        (4, "Sold-out hose", GARDEN, "Acme", 1000, 0, "Red"),
    ):
        product = await factory.product(
            category=category,
            name=name,
            brand=brand,
            attributes={"colour": [colour]},
            created_at=datetime(2026, 1, day, tzinfo=UTC),
        )
        await factory.variant(product=product, price_minor=price, stock=stock)
    await reindex(settings, database)


async def found(graph: Graph, **variables: Any) -> list[str]:
    search = (await graph.data(SEARCH, **variables))["search"]
    names = [node["name"] for node in search["nodes"]]
    assert search["totalCount"] == len(names)
    return names


@pytest.mark.usefixtures("shop")
async def test_a_hit_has_its_product_score_and_highlight(graph: Graph) -> None:
    data = await graph.data(
        """{ search(query: "mug") { edges { score highlight node { name } } nodes { name } } }"""
    )

    (edge,) = data["search"]["edges"]
    assert edge.pop("score") > 0
    assert edge == {"highlight": "Blue <mark>mug</mark>", "node": {"name": "Blue mug"}}
    assert data["search"]["nodes"] == [{"name": "Blue mug"}]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("NAME", ["Blue mug", "Kettle", "Red hose", "Sold-out hose"]),
        ("PRICE_ASC", ["Blue mug", "Sold-out hose", "Red hose", "Kettle"]),
        ("PRICE_DESC", ["Kettle", "Red hose", "Sold-out hose", "Blue mug"]),
        ("NEWEST", ["Sold-out hose", "Red hose", "Kettle", "Blue mug"]),
        ("RELEVANCE", ["Sold-out hose", "Red hose", "Kettle", "Blue mug"]),
    ],
)
async def test_pages_join_without_gap_or_repetition(
    graph: Graph, sort: str, names: list[str]
) -> None:
    pages = await pages_of(graph, SEARCH, "search", sort=sort, first=3)

    assert pages == [names[:3], names[3:]]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"category": encode_id("category", KITCHEN)}, ["Blue mug", "Kettle"]),
        ({"brands": ["Bolt"]}, ["Kettle"]),
        ({"priceFrom": 2000, "priceTo": 4000}, ["Kettle", "Red hose"]),
        ({"inStock": True}, ["Blue mug", "Kettle", "Red hose"]),
        ({"attributes": [{"key": "colour", "values": ["Blue", "Green"]}]}, ["Blue mug"]),
        (
            {
                "category": encode_id("category", GARDEN),
                "brands": ["Acme"],
                "priceFrom": 1000,
                "priceTo": 2000,
                "inStock": True,
                "attributes": [{"key": "colour", "values": ["Red"]}],
            },
            ["Red hose"],
        ),
    ],
)
async def test_filters(graph: Graph, wanted: dict[str, object], names: list[str]) -> None:
    assert await found(graph, filter=wanted) == names


@pytest.mark.usefixtures("shop")
async def test_facets_count_what_could_be_chosen(graph: Graph) -> None:
    data = await graph.data(
        """{ search(query: "hose", filter: {brands: ["Acme"]}) { facets {
            brands { value count }
            categories { count category { name } }
            prices { lowest highest }
            attributes { key values { value count } }
        } } }"""
    )

    assert data["search"]["facets"] == {
        "brands": [{"value": "Acme", "count": 2}],
        "categories": [{"count": 2, "category": {"name": "Garden"}}],
        "prices": {"lowest": 1000, "highest": 2000},
        "attributes": [{"key": "colour", "values": [{"value": "Red", "count": 2}]}],
    }


async def test_an_empty_shop_has_empty_facets(graph: Graph) -> None:
    data = await graph.data(
        """{ search { totalCount nodes { id } facets {
            brands { value } categories { count } prices { lowest } attributes { key }
        } } }"""
    )

    assert data["search"] == {
        "totalCount": 0,
        "nodes": [],
        "facets": {"brands": [], "categories": [], "prices": None, "attributes": []},
    }


@pytest.mark.usefixtures("shop")
async def test_a_product_that_left_the_shop_is_dropped(graph: Graph, execute: Execute) -> None:
    await execute(update(Product).where(Product.name == "Red hose").values(status="retired"))

    data = await graph.data('{ search(query: "hose") { edges { node { name } } } }')

    assert data["search"]["edges"] == [{"node": {"name": "Sold-out hose"}}]


@pytest.mark.usefixtures("shop")
async def test_suggestions_say_what_they_name(graph: Graph) -> None:
    document = "query ($prefix: String!) { suggest(prefix: $prefix) { text kind } }"

    answers = [await graph.data(document, prefix=prefix) for prefix in ("acm", "kit", "ket")]

    assert [answer["suggest"] for answer in answers] == [
        [{"text": "Acme", "kind": "BRAND"}],
        [{"text": "Kitchen", "kind": "CATEGORY"}],
        [{"text": "Kettle", "kind": "PRODUCT"}],
    ]


@pytest.mark.usefixtures("shop")
async def test_suggestions_are_as_many_as_asked_for(graph: Graph) -> None:
    data = await graph.data('{ suggest(prefix: "k", first: 1) { text } }')

    assert len(data["suggest"]) == 1


@pytest.mark.parametrize(
    ("variables", "argument"),
    [
        ({"query": "a" * 201}, "query"),
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"after": "garbage"}, "after"),
        ({"after": cursor_of("name", "a", str(KITCHEN))}, "after"),
        ({"filter": {"category": "kitchen"}}, "filter"),
        ({"filter": {"brands": ["Acme"] * 51}}, "filter"),
        ({"filter": {"attributes": [{"key": "colour", "values": []}] * 21}}, "filter"),
        ({"filter": {"attributes": [{"key": "colour", "values": ["Red"] * 51}]}}, "filter"),
    ],
)
async def test_refuses_arguments_out_of_bounds(
    graph: Graph, variables: dict[str, object], argument: str
) -> None:
    errors = await graph.errors(SEARCH, **variables)

    assert [(each["code"], each["argument"], each["path"]) for each in errors] == [
        ("BAD_USER_INPUT", argument, ["search"])
    ]


@pytest.mark.parametrize("first", [0, -1, 21])
async def test_refuses_too_many_suggestions(graph: Graph, first: int) -> None:
    errors = await graph.errors(
        'query ($first: Int!) { suggest(prefix: "a", first: $first) { text } }', first=first
    )

    assert [(each["code"], each["argument"]) for each in errors] == [("BAD_USER_INPUT", "first")]
