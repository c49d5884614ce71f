"""Who moves an order, and where to."""

from typing import Any

import pytest
from sqlalchemy import update

from core.database import Database
from core.ids import encode_id
from models import Order
from tests.buying import Shop
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.authorisation import NOBODY, WITHOUT_GRANT
from tests.schema.conftest import Execute
from tests.schema.sales import OUTSIDE, SECRET_HASH, Sale, callers, sell

pytestmark = pytest.mark.anyio

MOVE = """mutation ($order: ID!, $version: Int) {
    %s(order: $order, expectedVersion: $version) {
        order { status version availableTransitions payments { nodes { status } } }
        errors {
            __typename ... on UserError { code path }
            ... on IllegalTransition { from to available }
            ... on VersionConflict { current }
        }
    }
}"""
MUTATIONS = ["orderShip", "orderDeliver", "orderCancel"]


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)


@pytest.fixture
async def sale(shop: Shop, factory: Factory) -> Sale:
    return await sell(shop, factory)


async def moved(client: Graph, mutation: str, order: str, version: int | None = None) -> Any:
    return (await client.data(MOVE % mutation, order=order, version=version))[mutation]


async def test_staff_move_an_order_to_its_end(sale: Sale, as_account: AsAccount) -> None:
    admin = await as_account(role="admin")

    shipped = await moved(admin, "orderShip", sale.id, 1)
    delivered = await moved(admin, "orderDeliver", sale.id, 2)

    paid = {"payments": {"nodes": [{"status": "SUCCEEDED"}]}}
    assert (shipped, delivered) == (
        {
            "order": {"status": "SHIPPED", "version": 2, "availableTransitions": ["DELIVERED"]}
            | paid,
            "errors": [],
        },
        {
            "order": {"status": "DELIVERED", "version": 3, "availableTransitions": []} | paid,
            "errors": [],
        },
    )


@pytest.mark.parametrize("who", ["the buyer", "the holder", "an admin"])
async def test_who_may_cancel_it_gets_the_money_back(
    sale: Sale, graph: Graph, as_account: AsAccount, factory: Factory, who: str
) -> None:
    client = (await callers(sale, graph, as_account, factory))[who]

    assert await moved(client, "orderCancel", sale.id) == {
        "order": {
            "status": "CANCELLED",
            "version": 2,
            "availableTransitions": [],
            "payments": {"nodes": [{"status": "REFUND_DUE"}]},
        },
        "errors": [],
    }


async def test_a_merchant_of_all_of_it_ships_it(
    factory: Factory, shop: Shop, as_account: AsAccount
) -> None:
    merchant = await factory.account(role="merchant")
    order = await factory.order({await shop.variant(merchant=merchant): 1}, secret_hash=SECRET_HASH)
    client = await as_account(id=merchant, role="merchant")

    payload = await moved(client, "orderShip", encode_id("order", order))

    assert (payload["order"]["status"], payload["errors"]) == ("SHIPPED", [])


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_others_change_nothing(
    shop: Shop, sale: Sale, graph: Graph, as_account: AsAccount, factory: Factory, mutation: str
) -> None:
    asking = await callers(sale, graph, as_account, factory)
    before = await shop.snapshot()

    refusals = {}
    for name in (*OUTSIDE, "the buyer", "the holder", "a merchant of it"):
        if mutation == "orderCancel" and name in {"the buyer", "the holder"}:
            continue
        answer = await asking[name].answer(MOVE % mutation, order=sale.id)
        typed = answer["data"] and answer["data"][mutation]
        errors = typed["errors"] if typed else [each["extensions"] for each in answer["errors"]]
        refusals[name] = [error["code"] for error in errors]

    unknown, forbidden = ["ORDER_NOT_FOUND"], ["FORBIDDEN"]
    expected = {"another merchant": unknown, "a merchant of it": forbidden}
    if mutation == "orderCancel":
        expected |= dict.fromkeys(OUTSIDE, unknown)
    else:
        expected |= {name: ["UNAUTHENTICATED"] for name in NOBODY}
        expected |= dict.fromkeys(WITHOUT_GRANT, forbidden)
    assert refusals == expected
    assert await shop.snapshot() == before


@pytest.mark.parametrize(
    ("step", "available"),
    [
        (("confirmed", "orderDeliver", "DELIVERED"), ["SHIPPED", "CANCELLED"]),
        (("pending", "orderShip", "SHIPPED"), ["CANCELLED"]),
        (("shipped", "orderCancel", "CANCELLED"), ["DELIVERED"]),
        (("cancelled", "orderShip", "SHIPPED"), []),
    ],
)
async def test_a_step_that_is_not_there_is_refused(
    shop: Shop,
    sale: Sale,
    as_account: AsAccount,
    execute: Execute,
    step: tuple[str, str, str],
    available: list[str],
) -> None:
    status, mutation, after = step
    await execute(update(Order).values(status=status))
    before = await shop.snapshot()

    payload = await moved(await as_account(role="admin"), mutation, sale.id)

    assert payload == {
        "order": None,
        "errors": [
            {
                "__typename": "IllegalTransition",
                "code": "ILLEGAL_TRANSITION",
                "path": [],
                "from": status.upper(),
                "to": after,
                "available": available,
            }
        ],
    }
    assert await shop.snapshot() == before


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_the_version_must_be_the_expected_one(
    shop: Shop, sale: Sale, as_account: AsAccount, mutation: str
) -> None:
    before = await shop.snapshot()

    payload = await moved(await as_account(role="admin"), mutation, sale.id, 9)

    assert payload["errors"] == [
        {
            "__typename": "VersionConflict",
            "code": "VERSION_CONFLICT",
            "path": ["expectedVersion"],
            "current": 1,
        }
    ]
    assert await shop.snapshot() == before
