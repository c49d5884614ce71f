"""The cart that was filled anonymously is the account's after registering or logging in."""

from typing import Any

import pytest
from sqlalchemy import select

from core.database import Database
from core.ids import encode_id
from models import Cart
from tests.conftest import AsAccount
from tests.factories import PASSWORD, Factory
from tests.graph import Graph

pytestmark = pytest.mark.anyio

CREATE = """mutation ($variant: ID!, $quantity: Int!) {
    cartCreate(lines: [{variant: $variant, quantity: $quantity}]) { cart { id } secret }
}"""
LOG_IN = """mutation ($email: String!, $password: String!) {
    accountLogIn(email: $email, password: $password) { accessToken errors { __typename } }
}"""
REGISTER = LOG_IN.replace("accountLogIn", "accountRegister")
CART = "{ cart { id itemCount } }"
ANN = {"email": "ann@example.com", "password": PASSWORD}


@pytest.fixture
async def variant(factory: Factory) -> str:
    product = await factory.product()
    return encode_id("variant", await factory.variant(product=product, stock=9))


async def filled(graph: Graph, variant: str, quantity: int) -> tuple[str, str]:
    """Fill an anonymous cart; return its id and its secret."""
    data = await graph.data(CREATE, variant=variant, quantity=quantity)
    return data["cartCreate"]["cart"]["id"], data["cartCreate"]["secret"]


async def enter(graph: Graph, document: str, **variables: str) -> Graph:
    """Register or log in, and ask as the account from then on, without the cart's secret."""
    (payload,) = (await graph.data(document, **variables)).values()
    assert payload["errors"] == []
    return Graph(graph.api).as_(payload["accessToken"])


async def cart(graph: Graph) -> Any:
    return (await graph.data(CART))["cart"]


async def test_it_comes_along_at_registration(graph: Graph, variant: str) -> None:
    cart_id, secret = await filled(graph, variant, 2)

    account = await enter(graph.holding(secret), REGISTER, **ANN)

    assert await cart(account) == {"id": cart_id, "itemCount": 2}
    assert await cart(graph.holding(secret)) is None


async def test_it_joins_the_accounts_own_at_log_in(
    graph: Graph, factory: Factory, as_account: AsAccount, variant: str
) -> None:
    account = await as_account(id=await factory.account(email="ann@example.com"))
    data = await account.data(CREATE, variant=variant, quantity=3)
    _, secret = await filled(graph, variant, 2)

    again = await enter(graph.holding(secret), LOG_IN, **ANN)

    own = data["cartCreate"]["cart"]["id"]
    assert await cart(again) == {"id": own, "itemCount": 5}
    assert await cart(graph.holding(secret)) is None


async def test_a_refused_log_in_leaves_it(
    graph: Graph, factory: Factory, database: Database, variant: str
) -> None:
    await factory.account(email="ann@example.com")
    cart_id, secret = await filled(graph, variant, 2)

    data = await graph.holding(secret).data(LOG_IN, **ANN | {"password": "wrong"})

    assert data["accountLogIn"]["errors"] == [{"__typename": "WrongCredentials"}]
    assert await cart(graph.holding(secret)) == {"id": cart_id, "itemCount": 2}
    assert await database.fetch(select(Cart.status, Cart.account_id), {}) == [("open", None)]
