"""The category tree: look-ups, ways up and down, and the products of a branch."""

from uuid import UUID

import pytest

from core.ids import encode_id
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.paging import cursor_of, pages_of

pytestmark = pytest.mark.anyio

CHILDREN = """query ($after: String) { category(slug: "home") { children(first: 2, after: $after) {
  nodes { slug } pageInfo { hasNextPage hasPreviousPage endCursor }
} } }"""
PRODUCTS = """query ($after: String) { category(slug: "home") { products(first: 2, after: $after) {
  nodes { slug } pageInfo { hasNextPage hasPreviousPage endCursor }
} } }"""
TOP = """query ($after: String) { categories(first: 1, after: $after) {
  nodes { slug } pageInfo { hasNextPage hasPreviousPage endCursor }
} }"""


@pytest.fixture
async def tree(factory: Factory) -> dict[str, UUID]:
    """Home above kitchen above mugs, and garden; a product in each but kitchen."""
    home = await factory.category(slug="home", name="Home")
    kitchen = await factory.category(parent=home, slug="kitchen", name="Kitchen")
    mugs = await factory.category(parent=kitchen, slug="mugs", name="Mugs")
    garden = await factory.category(slug="garden", name="garden")
    for slug, category in (("lamp", home), ("mug", mugs), ("cup", mugs), ("hose", garden)):
        await factory.product(slug=slug, name=slug, category=category)
    return {"home": home, "kitchen": kitchen, "mugs": mugs, "garden": garden}


async def test_has_its_fields(graph: Graph, tree: dict[str, UUID]) -> None:
    data = await graph.data(
        """{ category(slug: "mugs") {
            id slug name productCount parent { slug } breadcrumbs { slug }
        } }"""
    )

    assert data["category"] == {
        "id": encode_id("category", tree["mugs"]),
        "slug": "mugs",
        "name": "Mugs",
        "productCount": 2,
        "parent": {"slug": "kitchen"},
        "breadcrumbs": [{"slug": "home"}, {"slug": "kitchen"}, {"slug": "mugs"}],
    }


async def test_is_found_by_its_id(graph: Graph, tree: dict[str, UUID]) -> None:
    data = await graph.data(
        "query ($id: ID!) { category(id: $id) { slug } }", id=encode_id("category", tree["mugs"])
    )

    assert data == {"category": {"slug": "mugs"}}


async def test_is_null_where_there_is_none(graph: Graph) -> None:
    data = await graph.data(
        'query ($id: ID!) { byId: category(id: $id) { id } bySlug: category(slug: "no") { id } }',
        id=encode_id("category", UUID(int=1)),
    )

    assert data == {"byId": None, "bySlug": None}


@pytest.mark.parametrize(
    "arguments", ["", '(id: "category_01h455vb4pex5vsknk084sn02q", slug: "mugs")']
)
async def test_wants_either_an_id_or_a_slug(graph: Graph, arguments: str) -> None:
    errors = await graph.errors(f"{{ category{arguments} {{ id }} }}")

    assert [(each["code"], each["message"]) for each in errors] == [
        ("BAD_USER_INPUT", "Give either `id` or `slug`.")
    ]


@pytest.mark.usefixtures("tree")
async def test_the_top_of_the_tree_is_listed_by_name(graph: Graph) -> None:
    data = await graph.data(
        "{ categories { totalCount nodes { slug productCount parent { slug } } } }"
    )

    assert data["categories"] == {
        "totalCount": 2,
        "nodes": [
            {"slug": "garden", "productCount": 1, "parent": None},
            {"slug": "home", "productCount": 3, "parent": None},
        ],
    }


@pytest.mark.usefixtures("tree")
async def test_the_tree_is_read_downwards(graph: Graph) -> None:
    data = await graph.data(
        """{ categories { nodes { slug children { totalCount nodes {
            slug productCount children(first: 9) { nodes {
                slug children(first: 9) { nodes { slug } }
            } }
        } } } } }"""
    )

    assert data["categories"]["nodes"] == [
        {"slug": "garden", "children": {"totalCount": 0, "nodes": []}},
        {
            "slug": "home",
            "children": {
                "totalCount": 1,
                "nodes": [
                    {
                        "slug": "kitchen",
                        "productCount": 2,
                        "children": {"nodes": [{"slug": "mugs", "children": {"nodes": []}}]},
                    }
                ],
            },
        },
    ]


@pytest.fixture
async def siblings(factory: Factory) -> None:
    """Home with five categories below it, two of which differ only in case."""
    home = await factory.category(slug="home")
    names = (("a", "Art", 9), ("c", "bath", 5), ("b", "Bath", 3), ("d", "Coffee", 4), ("e", "x", 1))
    for slug, name, number in names:
        own = UUID(int=number)
        await factory.category(parent=home, id=own, path=[home, own], slug=slug, name=name)


@pytest.mark.usefixtures("siblings")
async def test_children_are_paged_by_name(graph: Graph) -> None:
    pages = await pages_of(graph, CHILDREN, "category", "children")

    assert pages == [["a", "b"], ["c", "d"], ["e"]]


@pytest.mark.usefixtures("tree")
async def test_the_top_is_paged_by_name(graph: Graph) -> None:
    assert await pages_of(graph, TOP, "categories") == [["garden"], ["home"]]


@pytest.mark.usefixtures("tree")
async def test_products_of_a_branch_are_paged_by_name(graph: Graph) -> None:
    assert await pages_of(graph, PRODUCTS, "category", "products") == [["cup", "lamp"], ["mug"]]


@pytest.mark.usefixtures("tree")
async def test_products_of_a_branch_are_filtered_sorted_and_counted(graph: Graph) -> None:
    data = await graph.data(
        """query ($kitchen: ID!) { category(slug: "home") {
            below: products(filter: {category: $kitchen}) { totalCount }
            newest: products(sort: NEWEST, first: 1) { totalCount nodes { slug } }
        } }""",
        kitchen=(await graph.data('{ category(slug: "kitchen") { id } }'))["category"]["id"],
    )

    assert data["category"] == {
        "below": {"totalCount": 2},
        "newest": {"totalCount": 3, "nodes": [{"slug": "cup"}]},
    }


@pytest.mark.usefixtures("siblings")
async def test_a_cursor_of_another_list_is_refused(graph: Graph) -> None:
    errors = await graph.errors(CHILDREN, after=cursor_of("position", 1, str(UUID(int=1))))

    assert [(each["code"], each["argument"], each["path"]) for each in errors] == [
        ("BAD_USER_INPUT", "after", ["category", "children"])
    ]
