"""A list costs the same statements for two rows as for fifty, whatever is asked below them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count, product
from typing import Any
from uuid import UUID

import pytest
from graphql import (
    GraphQLNamedType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    is_object_type,
    is_union_type,
    parse,
)
from sqlalchemy import insert, select

import schema.graph
from core.database import Database
from core.ids import decode_id, encode_id
from core.settings import Settings
from core.viewer import Viewer
from execution.sdl import api_sdl
from models import Product, ShippingMethod, Variant
from services.carts import LineAddition, create_for_account
from services.catalog import recording
from services.catalog_import import import_catalogue
from services.event_types import PRODUCT_CHANGED
from tasks.sequencer import sequence
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.conftest import Execute, reindex
from tests.schema.metering import CEILINGS, Meter
from tests.services.catalog_import.articles import article

FEW, MANY = 2, 50
PRODUCT = """
    category { breadcrumbs { slug } } options { name } variants { nodes { product { slug } } }
    attributes { nodes { key } } media { nodes { url } }
"""
ORDER = """
    lines { nodes { variant { product { slug } } } } payments { nodes { status } }
    shippingMethod { name } account { email }
"""
CATEGORY = "breadcrumbs { slug } children { nodes { slug } } products { nodes { slug } }"
WEBHOOK = encode_id("webhook", UUID(int=7))

# What mutations return is counted where they are tested, and a snapshot reads nothing.
RETURNED = {
    "DocumentsPublishPayload.documents",
    "EffectsRetryPayload.effects",
    "OrderSnapshot.lines",
    "ProductSnapshot.variants",
    "VariantPricesSetPayload.variants",
    "VariantStocksSetPayload.variants",
}


@dataclass(frozen=True)
class Case:
    """A selection that reads `$size` rows at `path`, all of whose lists must be full.

    `rows` are the numbers that really come where the list cannot be as long as its parents.
    """

    path: str
    selection: str
    rows: tuple[int, int] = (FEW, MANY)
    sizes: tuple[int, int] = (FEW, MANY)

    @property
    def document(self) -> str:
        return f"query ($size: Int!) {{ {self.selection} }}"


LISTS = {
    "Cart.lines": Case(
        "cart.lines.nodes",
        f"cart {{ lines(first: $size) {{ nodes {{ variant {{ product {{ {PRODUCT} }} }} }} }} }}",
    ),
    "Query.products": Case(
        "products.nodes", f"products(first: $size, sort: PRICE_ASC) {{ nodes {{ {PRODUCT} }} }}"
    ),
    "Query.categories": Case(
        "categories.nodes", f"categories(first: $size) {{ nodes {{ {CATEGORY} }} }}"
    ),
    "Query.search": Case(
        "search.edges",
        f"search(first: $size, sort: PRICE_ASC) {{ edges {{ node {{ {PRODUCT} }} }} }}",
    ),
    "Account.addresses": Case(
        "viewer.addresses.nodes", "viewer { addresses(first: $size) { nodes { city } } }"
    ),
    "Query.suggest": Case(
        "suggest", 'suggest(prefix: "lamp", first: $size) { text }', rows=(2, 20), sizes=(2, 20)
    ),
    "Account.orders": Case(
        "viewer.orders.nodes", f"viewer {{ orders(first: $size) {{ nodes {{ {ORDER} }} }} }}"
    ),
    "Query.orders": Case("orders.nodes", f"orders(first: $size) {{ nodes {{ {ORDER} }} }}"),
    "Query.effects": Case(
        "effects.nodes", "effects(first: $size) { nodes { handler eventType error } }"
    ),
    "Query.webhookEndpoints": Case(
        "webhookEndpoints.nodes",
        "webhookEndpoints(first: $size) { nodes { url ownerEmail createdAt } }",
    ),
    "Query.events": Case(
        "events.nodes",
        """events(first: $size, types: ["product.changed"]) { nodes {
            type actor { email } snapshot { ... on ProductSnapshot { variants { sku } } }
        } }""",
    ),
    "Query.webhookDeliveries": Case(
        "webhookDeliveries.nodes",
        f"""webhookDeliveries(endpoint: "{WEBHOOK}", first: $size) {{ nodes {{
            eventType endpoint {{ url }} attempts {{ nodes {{ responseStatus }} }}
        }} }}""",
    ),
    "WebhookDelivery.attempts": Case(
        "webhookDeliveries.nodes.attempts.nodes",
        f"""webhookDeliveries(endpoint: "{WEBHOOK}", first: 1) {{ nodes {{
            attempts(first: $size) {{ nodes {{ request response }} }}
        }} }}""",
    ),
    "Order.lines": Case(
        "viewer.orders.nodes.lines.nodes",
        """viewer { orders(first: 1) { nodes {
            lines(first: $size) { nodes { name variant { product { slug } } } }
        } } }""",
    ),
    "Order.payments": Case(
        "viewer.orders.nodes.payments.nodes",
        "viewer { orders(first: 1) { nodes { payments(first: $size) { nodes { status } } } } }",
    ),
    "Query.shippingMethods": Case(
        "shippingMethods.nodes",
        'shippingMethods(currency: "SEK", first: $size) { nodes { name price { amount } } }',
    ),
    "Category.children": Case(
        "category.children.nodes",
        f"""category(slug: "top") {{
            children(first: $size) {{ nodes {{ parent {{ slug }} {CATEGORY} }} }}
        }}""",
    ),
    "Category.products": Case(
        "category.products.nodes",
        f'category(slug: "top") {{ products(first: $size) {{ nodes {{ {PRODUCT} }} }} }}',
    ),
    "Category.breadcrumbs": Case(
        "category.children.nodes.breadcrumbs",
        f"""category(slug: "top") {{
            children(first: $size) {{ nodes {{ breadcrumbs {{ {CATEGORY} }} }} }}
        }}""",
        rows=(4, 100),
    ),
    "Product.options": Case(
        "products.nodes.options",
        "products(first: $size, sort: PRICE_ASC) { nodes { options { name values } } }",
    ),
    "Product.variants": Case(
        "product.variants.nodes",
        f"""product(slug: "wide-0") {{
            variants(first: $size) {{ nodes {{ product {{ {PRODUCT} }} }} }}
        }}""",
    ),
    "Product.attributes": Case(
        "product.attributes.nodes",
        'product(slug: "wide-0") { attributes(first: $size) { nodes { key } } }',
    ),
    "Product.media": Case(
        "product.media.nodes", 'product(slug: "wide-0") { media(first: $size) { nodes { url } } }'
    ),
    "Variant.options": Case(
        "product.variants.nodes.options",
        'product(slug: "wide-0") { variants(first: $size) { nodes { options { name value } } } }',
    ),
    "Facets.brands": Case(
        "search.facets.brands",
        "search(filter: {priceTo: $size}) { facets { brands { value count } } }",
    ),
    "Facets.categories": Case(
        "search.facets.categories",
        """search(filter: {priceTo: $size}) {
            facets { categories { category { breadcrumbs { slug } } } }
        }""",
        rows=(5, 50),
    ),
    "Facets.attributes": Case(
        "search.facets.attributes",
        "search(filter: {priceTo: $size}) { facets { attributes { key } } }",
        rows=(2, 15),
    ),
    "AttributeFacet.values": Case(
        "search.facets.attributes.values",
        "search(filter: {priceTo: $size}) { facets { attributes { values { value } } } }",
        rows=(2, 15),
    ),
}


def articles() -> Iterator[Mapping[str, object]]:
    """Yield articles for long lists of each kind.

    Fifty products stand one in each branch of a category and cost from 1 to 50; one product has
    fifty variants, attributes and pictures; and other categories stand at the top.
    """
    numbers = count(1)
    for n, size in product(range(MANY), "SL"):
        yield article(
            next(numbers),
            variant_group=f"branch-{n}",
            variant_options={"size": size},
            category=["Top", f"Branch {n}", "Leaf"],
            brand=f"Brand {n}",
            features={f"feature_{n}": ["a"]},
            price_minor=n + 1,
        )
    for n in range(MANY):
        yield article(
            next(numbers),
            variant_group="wide",
            variant_options={"size": str(n)},
            category=["Wide", "Leaf"],
            slug=f"wide-{n}",
            features={f"wide_{n}": ["a"]},
        )
    for n in range(MANY):
        yield article(next(numbers), category=[f"Top {n}", "Leaf"])


@pytest.fixture
async def shop(settings: Settings, database: Database) -> None:
    await import_catalogue(database, articles())
    await reindex(settings, database)


@pytest.fixture
async def viewer(
    shop: None, as_account: AsAccount, factory: Factory, database: Database, execute: Execute
) -> Graph:
    """Asks as an admin whose account has many of everything that an account can have."""
    del shop
    account = await factory.account(role="admin")
    wide = select(Variant.id).join(Product).where(Product.slug == "wide-0")
    variants = {row[0]: 1 for row in await database.fetch(wide, {})}
    async with database.session.begin() as session:
        await create_for_account(session, account, [LineAddition(each, 1) for each in variants])
    await change_product(database, next(iter(variants)), account)
    _, webhook = decode_id(WEBHOOK)
    await factory.webhook(id=webhook)
    for _ in range(MANY):
        await factory.address(account=account)
        await factory.order(variants, account_id=account, payments=MANY)
        await factory.webhook()
        await factory.dead_effect()
        await factory.webhook_delivery(webhook, attempts=MANY, error="It was away.")
    method = {"currency": "SEK", "name": "Way", "price_minor": 1}
    await execute(insert(ShippingMethod).values([method | {"code": f"{n}"} for n in range(MANY)]))
    return await as_account(id=account, role="admin")


async def change_product(database: Database, variant: UUID, actor: UUID) -> None:
    """Tell in the log many times that the product of a variant changed."""
    async with database.session.begin() as session:
        product = await session.scalar(select(Variant.product_id).where(Variant.id == variant))
        assert product is not None
        for _ in range(MANY):
            await recording.record(session, Viewer(actor, "admin"), PRODUCT_CHANGED, [product])
    await sequence(database, {})


def lists_of(graph: GraphQLSchema) -> set[str]:
    """Name the fields that return a connection or a list of objects.

    A list of a union holds the errors of a mutation, which are not read.
    """
    return {
        f"{kind.name}.{name}"
        for kind in graph.type_map.values()
        if is_object_type(kind) and not kind.name.startswith("__") and not is_connection(kind)
        for name, field in kind.fields.items()
        if is_composite_type(named := get_named_type(field.type)) and not is_union_type(named)
        if is_connection(named) or is_list_type(get_nullable_type(field.type))
    }


def is_connection(kind: GraphQLNamedType) -> bool:
    return is_object_type(kind) and "edges" in kind.fields


def rows_at(data: Any, path: str) -> list[Any]:
    """Return the rows of all lists at a path, which may lead through other lists."""
    rows = [data]
    for name in path.split("."):
        found = [row[name] for row in rows]
        rows = list(chain.from_iterable(found)) if isinstance(found[0], list) else found
    return rows


def is_full(data: Any) -> bool:
    """Tell whether nothing is null and no list empty, at any depth."""
    if isinstance(data, dict):
        return all(map(is_full, data.values()))
    if isinstance(data, list):
        return bool(data) and all(map(is_full, data))
    return data is not None


def test_every_list_of_the_graph_has_a_case() -> None:
    lists = lists_of(build_schema(api_sdl(schema.graph.build_schema())))

    assert lists == LISTS.keys() | RETURNED


def test_a_list_without_a_case_is_found() -> None:
    found = lists_of(
        build_schema("""
            type Query { shop: Shop, names: [String!]!, page: ShopConnection!, errors: [Error!]! }
            union Error = Shop
            type Shop { name: String, below: [Shop!]! }
            type ShopConnection { edges: [Edge!]!, nodes: [Shop!]! }
            type Edge { node: Shop! }
        """)
    )

    assert found == {"Query.page", "Shop.below"}


@pytest.mark.anyio
@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", LISTS)
async def test_many_rows_cost_the_statements_that_are_foretold_as_few_do(
    viewer: Graph, sent: list[str], name: str
) -> None:
    case, meter, costs = LISTS[name], Meter(viewer.api, sent), []
    for size, rows in zip(case.sizes, case.rows, strict=True):
        answer, number = await meter.answer(viewer.headers, case.document, {"size": size})
        assert "errors" not in answer
        assert len(rows_at(answer["data"], case.path)) == rows
        assert is_full(answer["data"])
        costs.append(number)

    foretold = CEILINGS.statements_of(parse(case.document))
    assert costs == [foretold, foretold]
