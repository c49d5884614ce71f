"""Orders as they are read; who sees which is told in authorisation.py."""

import pytest
from sqlalchemy import delete

from core.database import Database
from models import Variant
from tests.buying import Shop
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.conftest import Execute
from tests.schema.paging import pages_of
from tests.schema.sales import SECRET, SECRET_HASH, Sale, sell

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)


@pytest.fixture
async def sale(shop: Shop, factory: Factory) -> Sale:
    return await sell(shop, factory)


async def test_the_shops_orders_are_listed_by_status(
    factory: Factory, shop: Shop, as_account: AsAccount
) -> None:
    mug = await shop.variant()
    for number, status in enumerate(["pending", "shipped", "cancelled", "shipped"]):
        await factory.order({mug: 1}, secret_hash=SECRET_HASH, number=number, status=status)

    data = await (await as_account(role="admin")).data(
        "{ orders(filter: {status: SHIPPED}) { totalCount nodes { number status } } }"
    )

    assert data["orders"] == {
        "totalCount": 2,
        "nodes": [{"number": 3, "status": "SHIPPED"}, {"number": 1, "status": "SHIPPED"}],
    }


async def test_a_history_is_read_page_by_page(
    factory: Factory, shop: Shop, as_account: AsAccount
) -> None:
    account, mug = await factory.account(), await shop.variant()
    for number in range(5):
        await factory.order({mug: 1}, account_id=account, number=number)

    pages = await pages_of(
        await as_account(id=account),
        """query ($after: String) { viewer { orders(first: 2, after: $after) {
            nodes { number } pageInfo { hasNextPage hasPreviousPage endCursor }
        } } }""",
        "viewer",
        "orders",
    )

    assert pages == [[4, 3], [2, 1], [0]]


async def test_thirty_lines_cost_the_statements_of_two(
    factory: Factory, shop: Shop, as_account: AsAccount, statements: list[str]
) -> None:
    costs = []
    for lines in (2, 30):
        account = await factory.account()
        variants = {await shop.variant(): 1 for _ in range(lines)}
        for _ in range(lines):
            await factory.order(variants, account_id=account)
        client = await as_account(id=account)
        statements.clear()
        data = await client.data(
            """{ viewer { orders(first: 30) { nodes {
                number status total { amount } shippingMethod { name } payments { nodes { status } }
                lines(first: 30) { nodes { name variant { product { slug } } } }
            } } } }"""
        )
        assert len(data["viewer"]["orders"]["nodes"]) == lines
        costs.append(len(statements))

    assert costs == [6, 6]


async def test_a_deleted_article_stays_on_its_orders(
    sale: Sale, graph: Graph, execute: Execute
) -> None:
    await execute(delete(Variant))

    data = await graph.holding(SECRET).data(
        "query ($id: ID!) { order(id: $id) { lines { nodes { name variant { sku } } } } }",
        id=sale.id,
    )

    assert data["order"]["lines"]["nodes"] == [
        {"name": "Article 1", "variant": None},
        {"name": "Article 2", "variant": None},
    ]
