"""Draft and retired products cannot be seen by any path, but by those who look after them."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import update

from core.database import Database
from core.ids import encode_id
from core.settings import Settings
from models import Product
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.conftest import Execute, reindex

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Hidden:
    """A hidden product of `merchant` with all that hangs below it, in a visible one's category."""

    product: str
    variant: str
    status: str
    merchant: UUID


@pytest.fixture(params=["draft", "retired"])
async def hidden(request: pytest.FixtureRequest, factory: Factory) -> Hidden:
    merchant = await factory.account(role="merchant")
    mugs = await factory.category(slug="mugs")
    await factory.product(category=mugs, slug="seen")
    await factory.attribute("material")
    product = await factory.product(
        category=mugs,
        slug="hidden",
        status=request.param,
        merchant_id=merchant,
        attributes={"material": ["Clay"]},
    )
    variant = await factory.variant(
        product=product, sku="HIDDEN", options=[{"name": "size", "value": "S"}]
    )
    await factory.media(product=product)
    return Hidden(
        encode_id("product", product), encode_id("variant", variant), request.param, merchant
    )


@pytest.fixture(params=["anonymous", "customer", "other merchant"])
async def shopper(request: pytest.FixtureRequest, graph: Graph, as_account: AsAccount) -> Graph:
    """Somebody who does not look after the hidden product."""
    if request.param == "anonymous":
        return graph
    return await as_account("customer" if request.param == "customer" else "merchant")


@pytest.fixture(params=["merchant", "admin"])
async def keeper(request: pytest.FixtureRequest, as_account: AsAccount, hidden: Hidden) -> Graph:
    """Somebody who looks after the hidden product."""
    if request.param == "admin":
        return await as_account("admin")
    return await as_account("merchant", hidden.merchant)


PATHS = """query ($product: ID!, $variant: ID!) {
    byId: product(id: $product) { id }
    bySlug: product(slug: "hidden") { id }
    byNode: node(id: $product) { id }
    byVariant: variant(id: $variant) { product { id } }
    bySku: variant(sku: "HIDDEN") { product { id } }
    byVariantNode: node(id: $variant) { ... on Variant { product { id } } }
}"""


async def test_shoppers_see_it_by_no_path(shopper: Graph, hidden: Hidden) -> None:
    data = await shopper.data(PATHS, product=hidden.product, variant=hidden.variant)

    assert data == {
        "byId": None,
        "bySlug": None,
        "byNode": None,
        "byVariant": None,
        "bySku": None,
        "byVariantNode": None,
    }


async def test_keepers_see_it_by_every_path(keeper: Graph, hidden: Hidden) -> None:
    data = await keeper.data(PATHS, product=hidden.product, variant=hidden.variant)

    itself = {"id": hidden.product}
    assert data == {
        "byId": itself,
        "bySlug": itself,
        "byNode": itself,
        "byVariant": {"product": itself},
        "bySku": {"product": itself},
        "byVariantNode": {"product": itself},
    }


async def test_keepers_see_what_hangs_below_it(keeper: Graph, hidden: Hidden) -> None:
    data = await keeper.data(
        """query ($id: ID!) { product(id: $id) {
            status variants { totalCount nodes { sku } } options { name values }
            attributes { nodes { key } } media { totalCount }
        } }""",
        id=hidden.product,
    )

    assert data["product"] == {
        "status": hidden.status.upper(),
        "variants": {"totalCount": 1, "nodes": [{"sku": "HIDDEN"}]},
        "options": [{"name": "size", "values": ["S"]}],
        "attributes": {"nodes": [{"key": "material"}]},
        "media": {"totalCount": 1},
    }


LISTS = """{
    products { totalCount nodes { slug status } }
    category(slug: "mugs") { productCount products { totalCount nodes { slug } } }
}"""
ON_SALE = {
    "products": {"totalCount": 1, "nodes": [{"slug": "seen", "status": "ACTIVE"}]},
    "category": {"productCount": 1, "products": {"totalCount": 1, "nodes": [{"slug": "seen"}]}},
}


@pytest.mark.usefixtures("hidden")
async def test_shoppers_do_not_see_it_in_lists(shopper: Graph) -> None:
    assert await shopper.data(LISTS) == ON_SALE


async def test_lists_hold_what_is_on_sale_for_keepers_too(keeper: Graph) -> None:
    assert await keeper.data(LISTS) == ON_SALE


async def test_a_keepers_search_finds_only_what_is_on_sale(
    keeper: Graph, hidden: Hidden, settings: Settings, database: Database, execute: Execute
) -> None:
    itself = update(Product).where(Product.slug == "hidden")
    await execute(itself.values(status="active"))
    await reindex(settings, database)
    await execute(itself.values(status=hidden.status))

    data = await keeper.data("{ search { nodes { slug } } }")

    assert data["search"]["nodes"] == [{"slug": "seen"}]


BY_STATUS = """query ($status: [ProductStatus!]) {
    products(filter: {status: $status}) { totalCount nodes { slug } }
    category(slug: "mugs") { products(filter: {status: $status}) { nodes { slug } } }
}"""


async def test_keepers_list_it_by_its_status(keeper: Graph, hidden: Hidden) -> None:
    data = await keeper.data(BY_STATUS, status=[hidden.status.upper()])

    assert data == {
        "products": {"totalCount": 1, "nodes": [{"slug": "hidden"}]},
        "category": {"products": {"nodes": [{"slug": "hidden"}]}},
    }


async def test_a_merchant_lists_their_own_and_an_admin_all(
    as_account: AsAccount, hidden: Hidden
) -> None:
    every = ["DRAFT", "ACTIVE", "RETIRED"]
    listed = [
        [node["slug"] for node in (await viewer.data(BY_STATUS, status=every))["products"]["nodes"]]
        for viewer in (
            await as_account("admin"),
            await as_account("merchant", hidden.merchant),
            await as_account("merchant"),
        )
    ]

    assert listed == [["seen", "hidden"], ["hidden"], []]


@pytest.mark.usefixtures("hidden")
@pytest.mark.parametrize(
    "selection",
    [
        "products(filter: {status: [DRAFT]}) { totalCount }",
        'category(slug: "mugs") { products(filter: {status: [ACTIVE]}) { totalCount } }',
    ],
)
async def test_only_staff_list_by_status(
    graph: Graph, as_account: AsAccount, selection: str
) -> None:
    nobody = await graph.errors(f"{{ {selection} }}")
    customer = await (await as_account("customer")).errors(f"{{ {selection} }}")

    assert [error["code"] for error in nobody] == ["UNAUTHENTICATED"]
    assert [error["code"] for error in customer] == ["FORBIDDEN"]


@pytest.mark.parametrize("sort", ["PRICE_ASC", "PRICE_DESC"])
async def test_what_has_no_price_is_listed_as_the_cheapest(
    as_account: AsAccount, factory: Factory, sort: str
) -> None:
    cheap = await factory.product(slug="cheap", status="retired")
    await factory.variant(product=cheap, price_minor=1)
    none = {"price_from_minor": None, "price_to_minor": None}
    await factory.product(slug="priceless", status="draft", **none)
    admin, after, slugs = await as_account("admin"), None, []
    for _ in range(2):
        data = await admin.data(
            """query ($after: String, $sort: ProductSort!) {
                products(first: 1, after: $after, sort: $sort, filter: {status: [DRAFT, RETIRED]}) {
                    nodes { slug priceRange { lowest { minorUnits } } } pageInfo { endCursor }
                }
            }""",
            after=after,
            sort=sort,
        )
        slugs += [(node["slug"], node["priceRange"]) for node in data["products"]["nodes"]]
        after = data["products"]["pageInfo"]["endCursor"]

    cheapest_first = [("priceless", None), ("cheap", {"lowest": {"minorUnits": 1}})]
    assert slugs == (cheapest_first if sort == "PRICE_ASC" else cheapest_first[::-1])
