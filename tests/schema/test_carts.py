"""Carts as they are read, and who reads them."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from core.database import Database
from core.ids import encode_id
from core.money import Money
from models import Cart, CartLine, Product, Variant
from services import carts
from services.carts import LineAddition
from services.pricing import subtotal
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.conftest import Execute

pytestmark = pytest.mark.anyio

SECRET = "the secret of a cart in these tests"  # noqa: S105 - it opens nothing else.
CART = """
    id version currency itemCount subtotal { amount currency } expiresAt
    lines {
        totalCount
        nodes {
            quantity priceChanged
            unitPrice { amount } seenPrice { amount } total { amount } variant { sku }
        }
    }
"""
BY_ROOT = f"query ($id: ID) {{ cart(id: $id) {{ {CART} }} }}"
BY_NODES = """query ($cart: ID!, $line: ID!) {
    cart: node(id: $cart) { ... on Cart { version } }
    line: node(id: $line) { ... on CartLine { quantity variant { sku } } }
}"""
BY_ACCOUNT = """query ($account: ID!) {
    viewer { cart { version } } node(id: $account) { ... on Account { cart { version } } }
}"""


async def anonymous_cart(database: Database, *lines: tuple[UUID, int]) -> UUID:
    digest = hashlib.sha256(SECRET.encode()).digest()
    async with database.session.begin() as session:
        made = await carts.create_anonymous(session, digest, additions(lines))
    cart_id: UUID = made["cart_id"]
    return cart_id


async def account_cart(database: Database, account: UUID, *lines: tuple[UUID, int]) -> UUID:
    async with database.session.begin() as session:
        made = await carts.create_for_account(session, account, additions(lines))
    cart_id: UUID = made["cart_id"]
    return cart_id


def additions(lines: Sequence[tuple[UUID, int]]) -> list[LineAddition]:
    return [LineAddition(*line) for line in lines]


async def line_of(database: Database, cart: UUID) -> str:
    ((line_id,),) = await database.fetch(select(CartLine.id).filter_by(cart_id=cart), {})
    return encode_id("cart_line", line_id)


@pytest.fixture
async def mug(factory: Factory) -> UUID:
    product = await factory.product(slug="mug")
    return await factory.variant(product=product, sku="MUG", price_minor=1990, stock=50)


async def test_a_cart_shows_what_it_holds(
    graph: Graph, database: Database, factory: Factory, mug: UUID
) -> None:
    lamp = await factory.variant(product=await factory.product(), sku="LAMP", price_minor=500)
    cart = await anonymous_cart(database, (mug, 2), (lamp, 3))
    before = datetime.now(UTC)
    data = await graph.holding(SECRET).data(BY_ROOT)

    expires_at = datetime.fromisoformat(data["cart"].pop("expiresAt"))
    assert before + timedelta(days=29) < expires_at < before + timedelta(days=30)
    assert data["cart"] == {
        "id": encode_id("cart", cart),
        "version": 2,
        "currency": "EUR",
        "itemCount": 5,
        "subtotal": {"amount": "54.80", "currency": "EUR"},
        "lines": {
            "totalCount": 2,
            "nodes": [
                {
                    "quantity": 2,
                    "priceChanged": False,
                    "unitPrice": {"amount": "19.90"},
                    "seenPrice": {"amount": "19.90"},
                    "total": {"amount": "39.80"},
                    "variant": {"sku": "MUG"},
                },
                {
                    "quantity": 3,
                    "priceChanged": False,
                    "unitPrice": {"amount": "5.00"},
                    "seenPrice": {"amount": "5.00"},
                    "total": {"amount": "15.00"},
                    "variant": {"sku": "LAMP"},
                },
            ],
        },
    }


async def test_an_empty_cart_costs_nothing_in_no_currency(graph: Graph, database: Database) -> None:
    await anonymous_cart(database)
    data = await graph.holding(SECRET).data(
        "{ cart { currency itemCount subtotal { amount } lines { nodes { id } } } }"
    )

    assert data["cart"] == {
        "currency": None,
        "itemCount": 0,
        "subtotal": None,
        "lines": {"nodes": []},
    }


PRICES = """{ cart {
    itemCount subtotal { minorUnits }
    lines { nodes {
        unitPrice { minorUnits } seenPrice { minorUnits } priceChanged
        total { minorUnits } variant { sku }
    } }
} }"""


async def test_a_cart_costs_what_it_costs_now(
    graph: Graph, database: Database, mug: UUID, execute: Execute
) -> None:
    await anonymous_cart(database, (mug, 2))
    await execute(update(Variant).values(price_minor=2100))
    data = await graph.holding(SECRET).data(PRICES)

    assert data["cart"]["subtotal"] == {"minorUnits": 4200}
    assert data["cart"]["lines"]["nodes"] == [
        {
            "unitPrice": {"minorUnits": 2100},
            "seenPrice": {"minorUnits": 1990},
            "priceChanged": True,
            "total": {"minorUnits": 4200},
            "variant": {"sku": "MUG"},
        }
    ]


@pytest.mark.parametrize(
    ("change", "variant"),
    [({"status": "retired"}, None), ({"currency": "USD"}, {"sku": "MUG"})],
    ids=["retired", "another currency"],
)
async def test_what_is_not_for_sale_has_no_price(
    graph: Graph,
    database: Database,
    factory: Factory,
    mug: UUID,
    execute: Execute,
    change: dict[str, str],
    variant: object,
) -> None:
    lamp = await factory.variant(product=await factory.product(), price_minor=500)
    await anonymous_cart(database, (mug, 2), (lamp, 1))
    await execute(update(Product).where(Product.slug == "mug").values(change))
    data = await graph.holding(SECRET).data(PRICES)

    assert data["cart"]["itemCount"] == 3
    assert data["cart"]["subtotal"] == {"minorUnits": 500}
    assert data["cart"]["lines"]["nodes"][0] == {
        "unitPrice": None,
        "seenPrice": {"minorUnits": 1990},
        "priceChanged": False,
        "total": None,
        "variant": variant,
    }


async def test_the_database_adds_up_as_the_service_does(
    graph: Graph, database: Database, factory: Factory
) -> None:
    prices = [0, 1, 99, 12345, 999_999]
    quantities = [999, 7, 3, 100, 1]
    product = await factory.product()
    lines = [
        (await factory.variant(product=product, price_minor=price, stock=999), quantity)
        for price, quantity in zip(prices, quantities, strict=True)
    ]
    await anonymous_cart(database, *lines)
    data = await graph.holding(SECRET).data("{ cart { subtotal { minorUnits } } }")

    priced = [Money(price, "EUR") for price in prices]
    expected = subtotal(zip(priced, quantities, strict=True), "EUR")
    assert data["cart"]["subtotal"]["minorUnits"] == expected.minor_units


async def test_an_account_s_cart_does_not_expire(
    as_account: AsAccount, database: Database, factory: Factory, mug: UUID
) -> None:
    account = await factory.account()
    await account_cart(database, account, (mug, 1))
    owner = await as_account(id=account)

    assert await owner.data("{ cart { version expiresAt } }") == {
        "cart": {"version": 2, "expiresAt": None}
    }


async def test_lines_come_page_by_page(graph: Graph, database: Database, factory: Factory) -> None:
    product = await factory.product()
    variants = [await factory.variant(product=product, sku=f"S{number}") for number in range(5)]
    await anonymous_cart(database, *[(each, 1) for each in variants])
    holder, after, seen = graph.holding(SECRET), None, []
    while True:
        page = (
            await holder.data(
                """query ($after: String) { cart { lines(first: 2, after: $after) {
                    nodes { variant { sku } } pageInfo { hasNextPage endCursor }
                } } }""",
                after=after,
            )
        )["cart"]["lines"]
        seen.append([node["variant"]["sku"] for node in page["nodes"]])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert seen == [["S0", "S1"], ["S2", "S3"], ["S4"]]


async def asked(graph: Graph, cart: str, line: str, account: str) -> dict[str, Any]:
    """Return what of a cart is seen by each way to it."""
    root = await graph.data("query ($id: ID!) { cart(id: $id) { version } }", id=cart)
    own = await graph.data("{ cart { version lines { nodes { quantity } } } }")
    nodes = await graph.data(BY_NODES, cart=cart, line=line)
    nested = await graph.data(BY_ACCOUNT, account=account)
    return {
        "root": root["cart"],
        "own": own["cart"],
        **nodes,
        "viewer": (nested["viewer"] or {}).get("cart"),
        "account": (nested["node"] or {}).get("cart"),
    }


NOTHING = dict.fromkeys(["root", "own", "cart", "line", "viewer", "account"])
SEEN = {
    "root": {"version": 2},
    "own": {"version": 2, "lines": {"nodes": [{"quantity": 1}]}},
    "cart": {"version": 2},
    "line": {"quantity": 1, "variant": {"sku": "MUG"}},
}


@pytest.mark.parametrize("role", ["customer", "merchant", "admin"])
async def test_an_account_sees_its_cart(
    as_account: AsAccount, database: Database, factory: Factory, mug: UUID, role: str
) -> None:
    account = await factory.account(role=role)
    cart = await account_cart(database, account, (mug, 1))
    seen = await asked(
        await as_account(role, id=account),
        encode_id("cart", cart),
        await line_of(database, cart),
        encode_id("account", account),
    )

    assert seen == SEEN | {"viewer": {"version": 2}, "account": {"version": 2}}


async def test_whoever_has_the_secret_sees_the_cart(
    graph: Graph, database: Database, factory: Factory, mug: UUID
) -> None:
    account = encode_id("account", await factory.account())
    cart = await anonymous_cart(database, (mug, 1))
    line = await line_of(database, cart)
    seen = await asked(graph.holding(SECRET), encode_id("cart", cart), line, account)

    assert seen == SEEN | {"viewer": None, "account": None}


async def test_an_account_s_cart_comes_before_that_of_the_secret(
    as_account: AsAccount, database: Database, factory: Factory, mug: UUID
) -> None:
    account = await factory.account()
    await anonymous_cart(database, (mug, 1))
    both = (await as_account(id=account)).holding(SECRET)
    assert await both.data("{ cart { itemCount } }") == {"cart": {"itemCount": 1}}

    await account_cart(database, account, (mug, 7))
    assert await both.data("{ cart { itemCount } }") == {"cart": {"itemCount": 7}}


@pytest.mark.parametrize("status", ["ordered", "merged"])
async def test_a_cart_that_is_closed_is_not_seen(
    graph: Graph,
    database: Database,
    factory: Factory,
    mug: UUID,
    execute: Execute,
    status: str,
) -> None:
    cart = await anonymous_cart(database, (mug, 1))
    line = await line_of(database, cart)
    await execute(update(Cart).values(status=status))
    account = encode_id("account", await factory.account())

    assert await asked(graph.holding(SECRET), encode_id("cart", cart), line, account) == NOTHING


@pytest.mark.parametrize("lines", [2, 30])
async def test_reading_a_cart_costs_three_statements(
    graph: Graph, database: Database, factory: Factory, statements: list[str], lines: int
) -> None:
    product = await factory.product()
    variants = [await factory.variant(product=product) for _ in range(lines)]
    await anonymous_cart(database, *[(each, 1) for each in variants])
    statements.clear()
    data = await graph.holding(SECRET).data(BY_ROOT.replace("lines {", "lines(first: 100) {"))

    assert len(data["cart"]["lines"]["nodes"]) == lines
    assert len(statements) == 3
