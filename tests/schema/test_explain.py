"""What the graph asks of big tables is answered by indexes, on a shop of 20,000 products."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from core.database import Database, open_database
from core.ids import encode_id
from core.read_pool import ReadPool
from core.settings import Settings
from core.statements import rendered
from core.tokens import AccessTokens
from loaders.products import ProductSort
from models import Account, Event, Product, Variant
from search.port import SearchSort
from services.api_keys import EVENTS
from services.catalog_import import import_catalogue
from services.demo.catalogue import demo_catalogue
from tests.conftest import on_database, run_on_server, serving
from tests.factories import Factory
from tests.graph import Graph, PartnerGraph
from tests.schema.conftest import reindex
from tests.schema.multitudes import MANY

pytestmark = pytest.mark.anyio

BIG_TABLES = {
    "accounts",
    "addresses",
    "cart_lines",
    "carts",
    "events",
    "media",
    "order_lines",
    "orders",
    "payments",
    "products",
    "search_documents",
    "stock_levels",
    "variants",
}

FILTERS = {
    "no": "",
    "category": "category: $category",
    "brand": "brands: [$brand]",
    "price": "priceFrom: 1000, priceTo: 2000",
    "stock": "inStock: true",
    "every": "category: $category, brands: [$brand], priceFrom: 1000, priceTo: 9000, inStock: true",
}
PRODUCTS = {
    f"by {sort.name} with {name} filter": f"""
        products(first: 10, after: $after, sort: {sort.name}, filter: {{{wanted}}}) {{
            nodes {{ name brand inStock }} pageInfo {{ endCursor }}
        }}"""
    for sort in ProductSort
    for name, wanted in FILTERS.items()
}
SEARCHES = {
    f"search {words or 'nothing'} by {sort.name} with {name} filter": f"""
        search(query: "{words}", first: 10, after: $after, sort: {sort.name}, filter: {{{wanted}}})
        {{ nodes {{ name }} pageInfo {{ endCursor }} }}"""
    for words in ("", "wool jumper")
    for sort in SearchSort
    for name, wanted in FILTERS.items()
}
ORDER = """
    number availableTransitions payments { nodes { status } } shippingMethod { name }
    lines(first: 1, after: $after) {
        totalCount nodes { name variant { sku } } pageInfo { endCursor }
    }
"""
CART = """
    itemCount subtotal { amount }
    lines(first: 1, after: $after) {
        totalCount nodes { total { amount } variant { sku } } pageInfo { endCursor }
    }
"""
SELECTIONS = {
    **{f"products {name}": selection for name, selection in PRODUCTS.items()},
    **{
        f"category's products {name}": f"category(id: $category) {{ {selection} }}"
        for name, selection in PRODUCTS.items()
    },
    **SEARCHES,
    "product by id": "product(id: $product) { name inStock }",
    "product by slug": "product(slug: $slug) { name inStock }",
    "variant by id": "variant(id: $variant) { name availableQuantity }",
    "variant by sku": "variant(sku: $sku) { name availableQuantity }",
    "category by id": "category(id: $category) { name }",
    "category by slug": "category(slug: $categorySlug) { name }",
    "node of a product": "node(id: $product) { ... on Product { name inStock } }",
    "node of a variant": "node(id: $variant) { ... on Variant { availableQuantity } }",
    "node of a category": "node(id: $category) { ... on Category { name } }",
    "below products": """products(first: 100) { nodes {
        category { parent { name } breadcrumbs { name } } options { values }
        variants { nodes { availableQuantity product { name } } }
        attributes { nodes { key } } media { nodes { url } }
    } }""",
    "second page of variants": """product(id: $product) {
        variants(first: 1, after: $after) { nodes { sku } pageInfo { endCursor } }
    }""",
    "second page of pictures": """product(id: $product) {
        media(first: 1, after: $after) { nodes { url } pageInfo { endCursor } }
    }""",
    "second page of attributes": """product(id: $product) {
        attributes(first: 1, after: $after) { nodes { key } pageInfo { endCursor } }
    }""",
    "below categories": """categories { nodes { children { nodes {
        breadcrumbs { name } products(first: 3) { nodes { name inStock } }
    } } } }""",
    "suggestions": 'suggest(prefix: "wo") { text }',
    "viewer": """viewer { email addresses(first: 1, after: $after) {
        totalCount nodes { city } pageInfo { endCursor }
    } }""",
    "node of an account": "node(id: $account) { ... on Account { email } }",
    "node of an address": "node(id: $address) { ... on Address { city } }",
    "orders of the viewer": f"viewer {{ orders {{ totalCount nodes {{ {ORDER} }} }} }}",
    "order by id": f"order(id: $order) {{ {ORDER} }}",
    "node of an order": f"node(id: $order) {{ ... on Order {{ {ORDER} }} }}",
    "cart of the viewer": f"cart {{ {CART} }}",
    "cart by id": f"cart(id: $cart) {{ {CART} }}",
    "node of a cart": f"node(id: $cart) {{ ... on Cart {{ {CART} }} }}",
    "node of a cart line": """node(id: $line) { ... on CartLine {
        quantity unitPrice { amount } variant { sku }
    } }""",
    "totals below products": """products { nodes {
        variants { totalCount } attributes { totalCount } media { totalCount }
    } }""",
    "total of products": "products { totalCount }",
    "total of a category": "category(id: $category) { productCount products { totalCount } }",
    "total of a search": 'search(query: "wool") { totalCount }',
    "facets": 'search(query: "wool") { facets { brands { count } prices { lowest } } }',
}
# Who counts a whole table reads it.
READ_WHOLE = {
    "total of products": {"products"},
    "total of a search": {"search_documents"},
    "facets": {"search_documents"},
}
TYPES = {
    "account": "ID!",
    "address": "ID!",
    "after": "String",
    "brand": "String!",
    "slug": "String!",
    "sku": "String!",
    "categorySlug": "String!",
    "cart": "ID!",
    "category": "ID!",
    "event": "ID!",
    "line": "ID!",
    "order": "ID!",
    "product": "ID!",
    "variant": "ID!",
}


def nodes_of(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


Asked: TypeAlias = list[tuple[str, Sequence[Any]]]


async def plan_of(
    database: Database, sql: str, arguments: Sequence[Any]
) -> list[Mapping[str, Any]]:
    (((plan,),),) = await database.reads.fetch(f"EXPLAIN (FORMAT JSON) {sql}", arguments)
    return list(nodes_of(plan["Plan"]))


async def scanned(database: Database, sql: str, arguments: Sequence[Any]) -> set[str]:
    """Name the big tables that a statement reads from end to end."""
    return {
        node["Relation Name"]
        for node in await plan_of(database, sql, arguments)
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in BIG_TABLES
    }


@pytest.fixture(scope="module")
async def big_shop(servers: Settings, template: str) -> AsyncIterator[Settings]:
    """Settings that name a database with 20,000 products, as autovacuum leaves it."""
    name = f"test_{uuid4().hex}"
    await run_on_server(servers, f"CREATE DATABASE {name} TEMPLATE {template}")
    settings = on_database(servers, name)
    database = open_database(settings)
    await import_catalogue(database, demo_catalogue(20_000))
    await reindex(settings, database)
    async with database.engine.begin() as connection:
        for statement in MANY:
            await connection.exec_driver_sql(statement)
    await database.close()
    await run_on_server(settings, "VACUUM ANALYZE")
    yield settings
    await run_on_server(servers, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
async def big_database(big_shop: Settings) -> AsyncIterator[Database]:
    database = open_database(big_shop)
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def big_graph(big_shop: Settings, big_database: Database) -> AsyncIterator[Graph]:
    """Asks as an account that holds the secret of a cart too."""
    ((account_id,),) = await big_database.fetch(select(Account.id).offset(7).limit(1), {})
    token = AccessTokens.of(big_shop).issue(account_id, "customer").text
    async with serving(big_shop) as api:
        yield Graph(api).as_(token).holding("secret 7")


@pytest.fixture(scope="module")
async def variables(big_graph: Graph, big_database: Database) -> dict[str, str]:
    """Variables that name a product of several variants and what belongs to it."""
    data = await big_graph.data(
        """{ search(query: "jumper", first: 1) { nodes {
            id slug brand category { id slug } variants(first: 1) { nodes { id sku } }
        } } }"""
    )
    (product,) = data["search"]["nodes"]
    (variant,) = product["variants"]["nodes"]
    data = await big_graph.data(
        """{
            viewer { id addresses(first: 1) { nodes { id } } orders(first: 1) { nodes { id } } }
            cart { id lines(first: 1) { nodes { id } } }
        }"""
    )
    ((event_id,),) = await big_database.fetch(select(Event.id).limit(1), {})
    viewer, cart = data["viewer"], data["cart"]
    category = product["category"]
    return {
        "account": viewer["id"],
        "address": viewer["addresses"]["nodes"][0]["id"],
        "order": viewer["orders"]["nodes"][0]["id"],
        "product": product["id"],
        "slug": product["slug"],
        "brand": product["brand"],
        "variant": variant["id"],
        "sku": variant["sku"],
        "cart": cart["id"],
        "line": cart["lines"]["nodes"][0]["id"],
        "event": encode_id("event", event_id),
        "category": category["id"],
        "categorySlug": category["slug"],
    }


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The statements that the API reads by, with their arguments."""
    seen: Asked = []
    fetch = ReadPool.fetch

    async def recorded(
        self: ReadPool, sql: str, arguments: Sequence[Any]
    ) -> Sequence[Sequence[Any]]:
        seen.append((sql, arguments))
        return await fetch(self, sql, arguments)

    monkeypatch.setattr(ReadPool, "fetch", recorded)
    return seen


async def read_pages(graph: Graph, selection: str, variables: Mapping[str, str]) -> None:
    """Read a selection, and its second page where it has one."""
    names = sorted(set(re.findall(r"\$(\w+)", selection)))
    head = ", ".join(f"${name}: {TYPES[name]}" for name in names)
    document = f"query ({head}) {{ {selection} }}" if head else f"{{ {selection} }}"
    data = await graph.data(document, **variables)
    if cursor := re.search(r"'endCursor': '(.+?)'", str(data)):
        await graph.data(document, **variables, after=cursor[1])


@pytest.mark.parametrize("name", SELECTIONS)
async def test_big_tables_are_read_by_index(
    big_graph: Graph,
    big_database: Database,
    variables: dict[str, str],
    asked: Asked,
    name: str,
) -> None:
    await read_pages(big_graph, SELECTIONS[name], variables)

    assert asked
    scans = [await scanned(big_database, *each) for each in list(asked)]
    assert set[str]().union(*scans) <= READ_WHOLE.get(name, set())


@pytest.mark.parametrize("role", ["admin", "merchant"])
@pytest.mark.parametrize("wanted", ["", ", filter: {status: PENDING}"])
async def test_staff_find_orders_by_index(
    big_shop: Settings,
    big_graph: Graph,
    big_database: Database,
    asked: Asked,
    role: str,
    wanted: str,
) -> None:
    seller = select(Product.merchant_id).where(Product.merchant_id.is_not(None)).limit(1)
    ((account_id,),) = await big_database.fetch(seller, {})
    staff = big_graph.as_(AccessTokens.of(big_shop).issue(account_id, role).text)
    asked.clear()

    nodes = "nodes { number availableTransitions lines { nodes { sku } } }"
    listed = f"orders(first: 2, after: $after{wanted}) {{ {nodes} pageInfo {{ endCursor }} }}"
    await read_pages(staff, listed, {})

    assert len(asked) == 4
    scans = [await scanned(big_database, *each) for each in list(asked)]
    assert set[str]().union(*scans) == set()


PAGE = "{ nodes { payload } pageInfo { endCursor } }"
# By what is asked for, the index that gives the events, in their order.
FEED = {
    f"events(first: 2, after: $after) {PAGE}": "uq_events_position",
    f'events(first: 2, after: $after, types: ["order.placed"]) {PAGE}': "uq_events_position",
    f"events(first: 1, after: $after, aggregate: $order) {PAGE}": "ix_events_aggregate_id_position",
    "event(id: $event) { payload }": "pk_events",
}


@pytest.mark.parametrize("wanted", FEED)
@pytest.mark.parametrize("reader", ["an admin", "a partner"])
async def test_events_are_read_by_index(
    big_shop: Settings,
    big_graph: Graph,
    big_database: Database,
    variables: dict[str, str],
    asked: Asked,
    wanted: str,
    reader: str,
) -> None:
    factory = Factory(big_database)
    ((account_id,),) = await big_database.fetch(select(Account.id).limit(1), {})
    graph = big_graph.as_(AccessTokens.of(big_shop).issue(account_id, "admin").text)
    if reader == "a partner":
        graph = PartnerGraph(big_graph.api, factory, await factory.api_key("acme", EVENTS))
    asked.clear()

    await read_pages(graph, wanted, variables)

    reads = [each for each in asked if "FROM events" in each[0]]
    assert len(reads) == (2 if "$after" in wanted else 1)
    for read in reads:
        plan = await plan_of(big_database, *read)
        used = [node["Index Name"] for node in plan if node.get("Relation Name") == "events"]
        assert used == [FEED[wanted]]


async def test_who_logs_in_is_found_by_index(
    big_graph: Graph,
    big_database: Database,
    asked: Asked,
) -> None:
    await big_graph.data(
        """mutation { accountLogIn(email: "nobody@example.com", password: "") {
            errors { __typename }
        } }"""
    )

    (by_email,) = asked
    assert await scanned(big_database, *by_email) == set()


async def test_a_statement_without_an_index_is_refused(big_database: Database) -> None:
    by_name = select(Product.id).where(Product.name == text("'no index'"))

    assert await scanned(big_database, *rendered(by_name, {})) == {"products"}


async def test_a_scan_below_the_columns_is_refused(big_database: Database) -> None:
    longest = select(func.max(Variant.name)).scalar_subquery()

    assert await scanned(big_database, *rendered(select(longest), {})) == {"variants"}
