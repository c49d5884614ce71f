"""Who sees an order, by which path, and what of it."""

from typing import Any

import pytest
from sqlalchemy import delete

from core.database import Database
from core.ids import encode_id
from models import Variant
from tests.buying import Shop
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.conftest import Execute
from tests.schema.paging import pages_of
from tests.schema.sales import OUTSIDE, SECRET, SECRET_HASH, Sale, callers, sell

pytestmark = pytest.mark.anyio

BY_PATHS = """query ($id: ID!) {
    order(id: $id) { number availableTransitions lines { totalCount } payments { totalCount } }
    node(id: $id) { ... on Order {
        number availableTransitions lines { totalCount } payments { totalCount }
    } }
}"""


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)


@pytest.fixture
async def sale(shop: Shop, factory: Factory) -> Sale:
    return await sell(shop, factory)


async def test_is_seen_alike_by_field_and_by_node(
    sale: Sale, graph: Graph, as_account: AsAccount
) -> None:
    asking = await callers(sale, graph, as_account)

    seen = {name: await client.data(BY_PATHS, id=sale.id) for name, client in asking.items()}

    def whole(*transitions: str) -> dict[str, Any]:
        order = {"number": 7, "availableTransitions": list(transitions)}
        order |= {"lines": {"totalCount": 2}, "payments": {"totalCount": 1}}
        return {"order": order, "node": order}

    assert seen == {
        **{name: {"order": None, "node": None} for name in OUTSIDE},
        "the buyer": whole("CANCELLED"),
        "the holder": whole("CANCELLED"),
        "a merchant of it": whole(),
        "an admin": whole("SHIPPED", "CANCELLED"),
    }


async def test_is_seen_below_its_account(sale: Sale, as_account: AsAccount) -> None:
    document = """query ($id: ID!) { node(id: $id) { ... on Account {
        orders { totalCount nodes { number account { email } } }
    } } }"""
    account = encode_id("account", sale.buyer)
    clients = [
        await as_account(id=sale.buyer),
        await as_account(role="admin"),
        await as_account(),
        await as_account(id=sale.merchants[0], role="merchant"),
    ]

    answers = [await client.answer(document, id=account) for client in clients]

    def orders(account: object) -> dict[str, Any]:
        return {"orders": {"totalCount": 1, "nodes": [{"number": 7, "account": account}]}}

    assert [answer["data"]["node"] for answer in answers] == [
        orders(None),
        orders({"email": "buyer@example.com"}),
        None,
        None,
    ]
    assert [error["extensions"]["code"] for error in answers[0]["errors"]] == ["FORBIDDEN"]


async def test_its_account_is_for_admins(sale: Sale, graph: Graph, as_account: AsAccount) -> None:
    asking = await callers(sale, graph, as_account)
    document = "query ($id: ID!) { order(id: $id) { account { email } } }"

    answers = {name: await client.answer(document, id=sale.id) for name, client in asking.items()}

    admins = answers.pop("an admin")
    assert admins["data"]["order"] == {"account": {"email": "buyer@example.com"}}
    for name, code in (
        ("the holder", "UNAUTHENTICATED"),
        ("the buyer", "FORBIDDEN"),
        ("a merchant of it", "FORBIDDEN"),
    ):
        answer = answers.pop(name)
        assert answer["data"]["order"] == {"account": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert [answer["data"]["order"] for answer in answers.values()] == [None] * 4


async def test_the_shops_orders_are_for_staff(
    sale: Sale, graph: Graph, shop: Shop, factory: Factory, as_account: AsAccount
) -> None:
    await factory.order({await shop.variant(): 1}, secret_hash=SECRET_HASH, number=8)
    asking = await callers(sale, graph, as_account)
    document = "{ orders { totalCount nodes { number } } }"

    seen = {}
    for name, client in asking.items():
        answer = await client.answer(document)
        found = answer["data"]["orders"]
        seen[name] = (
            [error["extensions"]["code"] for error in answer["errors"]]
            if found is None
            else [found["totalCount"], *(node["number"] for node in found["nodes"])]
        )

    assert seen == {
        "anonymous": ["UNAUTHENTICATED"],
        "another cart's holder": ["UNAUTHENTICATED"],
        "the holder": ["UNAUTHENTICATED"],
        "another customer": ["FORBIDDEN"],
        "the buyer": ["FORBIDDEN"],
        "another merchant": [0],
        "a merchant of it": [1, 7],
        "an admin": [2, 8, 7],
    }


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

    assert costs == [7, 7]


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
