"""What a session's payload shows of an account.

Its own subgraph shows it to whom it has just logged in. What other subgraphs add is shown to who
sent the request, since a gateway asks them with the headers of the request.
"""

from typing import Any
from uuid import UUID

import pytest

from core.database import Database
from tests.buying import Shop
from tests.conftest import AsAccount
from tests.factories import PASSWORD, Factory
from tests.graph import Graph
from tests.schema.sales import SECRET

pytestmark = pytest.mark.anyio

ACCOUNT = """account {
    name addresses { nodes { city } } cart { itemCount } orders { nodes { number } }
}"""
LOG_IN = f"""mutation ($email: String!) {{
    accountLogIn(email: $email, password: "{PASSWORD}") {{ {ACCOUNT} refreshToken }}
}}"""
REFRESH = f"mutation ($token: String!) {{ accountRefresh(refreshToken: $token) {{ {ACCOUNT} }} }}"
REGISTER = f"""mutation {{
    accountRegister(email: "new@example.com", password: "{PASSWORD}", name: "New") {{ {ACCOUNT} }}
}}"""
CHANGE = f"""mutation {{
    passwordChange(currentPassword: "{PASSWORD}", password: "{PASSWORD}") {{ {ACCOUNT} }}
}}"""

OWN = {"name": "Ann", "addresses": {"nodes": [{"city": "Bonn"}]}}
CART = {"cart": {"itemCount": 2}}
ORDERS = {"orders": {"nodes": [{"number": 7}]}}
NEITHER = {"cart": None, "orders": None}


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)


@pytest.fixture
async def merchant(factory: Factory) -> UUID:
    return await factory.account(role="merchant")


@pytest.fixture
async def ann(factory: Factory, shop: Shop, merchant: UUID) -> UUID:
    """An account with an address, a cart and an order of the merchant's."""
    ann = await factory.account(email="ann@example.com", name="Ann")
    await factory.address(account=ann, city="Bonn")
    mug = await shop.variant(merchant=merchant)
    await shop.basket({mug: 2}, account=ann)
    await factory.order({mug: 1}, account_id=ann, number=7)
    return ann


async def shown(graph: Graph, document: str, **variables: object) -> Any:
    """Return the account of a payload that comes without errors."""
    (payload,) = (await graph.data(document, **variables)).values()
    return payload["account"]


REQUESTERS: dict[str, dict[str, Any]] = {
    "nobody": NEITHER,
    "a cart's holder": NEITHER,
    "Ann": CART | ORDERS,
    "another customer": NEITHER,
    "the merchant": NEITHER,
    "an admin": {"cart": None} | ORDERS,
}


@pytest.mark.parametrize("who", REQUESTERS)
async def test_a_log_in_shows_cart_and_orders_to_who_asks(
    graph: Graph, as_account: AsAccount, ann: UUID, merchant: UUID, who: str
) -> None:
    requesters = {
        "nobody": graph,
        "a cart's holder": graph.holding(SECRET),
        "Ann": await as_account(id=ann),
        "another customer": await as_account(),
        "the merchant": await as_account("merchant", id=merchant),
        "an admin": await as_account("admin"),
    }

    account = await shown(requesters[who], LOG_IN, email="ann@example.com")

    assert account == OWN | REQUESTERS[who]


async def test_a_cart_that_joins_the_account_is_shown_to_the_account(
    graph: Graph, as_account: AsAccount, shop: Shop, ann: UUID
) -> None:
    await shop.basket({await shop.variant(): 3}, secret=SECRET)
    holder = graph.holding(SECRET)

    assert await shown(holder, LOG_IN, email="ann@example.com") == OWN | NEITHER

    own = await (await as_account(id=ann)).data("{ cart { itemCount } }")
    assert own == {"cart": {"itemCount": 5}}


@pytest.mark.usefixtures("ann")
async def test_a_refresh_shows_them_to_who_asks(
    graph: Graph, as_account: AsAccount, ann: UUID
) -> None:
    payload = (await graph.data(LOG_IN, email="ann@example.com"))["accountLogIn"]

    assert await shown(graph, REFRESH, token=payload["refreshToken"]) == OWN | NEITHER

    payload = (await graph.data(LOG_IN, email="ann@example.com"))["accountLogIn"]
    own = await as_account(id=ann)
    assert await shown(own, REFRESH, token=payload["refreshToken"]) == OWN | CART | ORDERS


async def test_a_registration_shows_them_to_nobody_yet(graph: Graph) -> None:
    new = {"name": "New", "addresses": {"nodes": []}}

    assert await shown(graph, REGISTER) == new | NEITHER


async def test_a_changed_password_shows_them_to_the_account(
    as_account: AsAccount, ann: UUID
) -> None:
    assert await shown(await as_account(id=ann), CHANGE) == OWN | CART | ORDERS


async def test_a_log_in_does_not_speak_for_the_next_one(
    as_account: AsAccount, factory: Factory, ann: UUID
) -> None:
    await factory.account(email="bob@example.com", name="Bob")
    data = await (await as_account(id=ann)).data(
        f"""mutation {{
            bob: accountLogIn(email: "bob@example.com", password: "{PASSWORD}") {{ {ACCOUNT} }}
            ann: accountLogIn(email: "ann@example.com", password: "{PASSWORD}") {{ {ACCOUNT} }}
        }}"""
    )

    assert data == {
        "bob": {"account": {"name": "Bob", "addresses": {"nodes": []}} | NEITHER},
        "ann": {"account": OWN | CART | ORDERS},
    }


@pytest.mark.usefixtures("ann")
async def test_an_admin_sees_what_is_below_the_orders_as_an_admin(as_account: AsAccount) -> None:
    document = f"""mutation {{
        accountLogIn(email: "ann@example.com", password: "{PASSWORD}") {{
            account {{ orders {{ nodes {{ account {{ email }} }} }} }}
        }}
    }}"""

    account = await shown(await as_account("admin"), document)

    assert account == {"orders": {"nodes": [{"account": {"email": "ann@example.com"}}]}}
