"""What each mutation declares to send is what it sends at worst."""

import asyncio
import hashlib
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from graphql import GraphQLObjectType, get_named_type, parse
from sqlalchemy import select

from core.database import Database
from core.ids import encode_id
from core.viewer import Viewer
from models import Cart, CartLine
from services import carts, passwords
from services.api_keys import PUBLISH
from services.carts import CartChoice, LineAddition
from tests.buying import Shop
from tests.conftest import AsAccount
from tests.factories import PASSWORD, Factory
from tests.gateways.operations import OPERATIONS
from tests.graph import Graph, PartnerGraph
from tests.schema.metering import CEILINGS, GRAPH, Meter

pytestmark = pytest.mark.anyio

assert GRAPH.mutation_type is not None
ROOTS = GRAPH.mutation_type.fields
# What is sent where nobody else comes between two transactions of the same mutation: the cart of a
# new account would have to be filled before it is logged in.
UNSEEN = {"accountRegister": 6}
GUEST = "opens a guest's cart"
KEY = {"idempotencyKey": "0199d1f5-5a0e-7c2f-a2a0-3f2b6d1c9e11"}
PUBLISHING = OPERATIONS["client/DocumentsPublish"]
ADDRESS = {
    "recipient": "Ann",
    "line1": "1 Harbour Street",
    "postalCode": "10115",
    "city": "Berlin",
    "countryCode": "DE",
}
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


class Worst:
    """Runs mutations, each on the way that sends the most, and remembers how many that were."""

    def __init__(self, meter: Meter, graph: Graph, as_account: AsAccount, shop: Shop) -> None:
        self._meter = meter
        self._graph = graph
        self._as_account = as_account
        self._shop = shop
        self._factory = shop.factory
        self.seen: dict[str, int] = {}

    async def _run(self, by: Graph, name: str, /, **given: Any) -> Any:
        """Run a mutation that reads nothing afterwards, and return its payload."""
        field = ROOTS[name]
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        declared = ", ".join(f"${each}: {field.args[each].type}" for each in given)
        passed = ", ".join(f"{each}: ${each}" for each in given)
        token = "refreshToken" if "refreshToken" in payload.fields else ""
        query = f"""mutation ({declared}) {{ {name}({passed}) {{
            {token} errors {{ ... on UserError {{ code }} }}
        }} }}"""
        answer, sent = await self._meter.answer(by.headers, query, given)
        assert "errors" not in answer, answer
        self.seen[name] = max(sent, self.seen.get(name, 0))
        return answer["data"][name]

    async def sessions(self) -> None:
        variant = await self._shop.variant()
        await self._shop.basket({variant: 1}, secret=GUEST)
        new = {"email": "ann@example.com", "password": PASSWORD, "name": "Ann"}
        await self._run(self._graph.holding(GUEST), "accountRegister", **new, **KEY)
        account = await self._factory.account(email="bea@example.com")
        session = await self._log_in_while_a_cart_is_opened(account, variant)
        token = session["refreshToken"]
        refreshed = await self._run(self._graph, "accountRefresh", refreshToken=token)
        refused = await self._run(self._graph, "accountRefresh", refreshToken=token)
        await self._run(self._graph, "accountLogOut", refreshToken=refreshed["refreshToken"])
        assert refused["errors"] == [{"code": "INVALID_REFRESH_TOKEN"}]

    async def _log_in_while_a_cart_is_opened(self, account: UUID, variant: UUID) -> Any:
        """Log in with an anonymous cart, while another request opens a cart of the account's."""
        await self._shop.basket({variant: 1}, secret=GUEST)
        known = {"email": "bea@example.com", "password": PASSWORD}
        lines = [LineAddition(variant, 1)]
        async with self._shop.transaction() as transaction:
            await carts.add_lines(transaction, Viewer(account, "customer"), CartChoice(), lines)
            log_in = asyncio.create_task(
                self._run(self._graph.holding(GUEST), "accountLogIn", **known)
            )
            await until_somebody_waits(self._shop.database)
        return await log_in

    async def accounts(self) -> None:
        account = await self._factory.account(email="cleo@example.com")
        customer = await self._as_account(id=account)
        address = encode_id("address", await self._factory.address(account=account))
        await self._run(customer, "addressAdd", address=ADDRESS, **KEY)
        await self._run(customer, "addressUpdate", id=address, address=ADDRESS)
        await self._run(customer, "addressRemove", id=address)
        await self._run(customer, "accountUpdate", name="Cleo")
        await self._run(customer, "passwordChange", currentPassword=PASSWORD, password=PASSWORD)
        await self._run(self._graph, "passwordResetRequest", email="cleo@example.com")
        async with self._shop.transaction() as transaction:
            token = await passwords.issue_reset(transaction, account)
        await self._run(self._graph, "passwordReset", token=token, password=PASSWORD)

    async def carts(self) -> None:
        account = await self._factory.account()
        customer = await self._as_account(id=account)
        variants = [encode_id("variant", await self._shop.variant()) for _ in range(3)]
        additions = [{"variant": each} for each in variants]
        await self._run(customer, "cartLinesAdd", lines=additions[:1], **KEY)
        await self._run(customer, "cartCreate", lines=additions[1:], **KEY)
        opened, lines = await self._cart_of(account)
        changes = [{"line": line, "quantity": number} for number, line in enumerate(lines)]
        await self._run(customer, "cartLinesUpdate", lines=changes)
        await self._run(customer, "cartLinesRemove", lines=lines[1:2])
        address = encode_id("address", await self._factory.address(account=account))
        purchase = {"cart": opened, "shippingMethod": "standard", "addressId": address, **KEY}
        refused = {"payment": {"token": "decline"}}
        declined = await self._run(customer, "checkoutComplete", **purchase, **refused)
        await self._run(customer, "cartClear", cart=opened)
        assert declined["errors"] == [{"code": "PAYMENT_DECLINED"}]

    async def _cart_of(self, account: UUID) -> tuple[str, list[str]]:
        """Return the ids of an account's cart and of its lines."""
        rows = await self._shop.rows(
            select(Cart.id, CartLine.id).join(CartLine).where(Cart.account_id == account)
        )
        return encode_id("cart", rows[0][0]), [encode_id("cart_line", line) for _, line in rows]

    async def orders(self) -> None:
        account, buyer = await self._factory.account(role="merchant"), await self._factory.account()
        merchant = await self._as_account("merchant", account)
        variant = await self._shop.variant(merchant=account)
        sold, called_off = [
            encode_id("order", await self._factory.order({variant: 1}, account_id=buyer))
            for _ in range(2)
        ]
        await self._run(merchant, "orderShip", order=sold)
        await self._run(merchant, "orderDeliver", order=sold)
        await self._run(merchant, "orderCancel", order=called_off)

    async def catalogue(self) -> None:
        account = await self._factory.account(role="merchant")
        merchant = await self._as_account("merchant", account)
        category = encode_id("category", await self._factory.category())
        draft = await self._factory.product(merchant_id=account, status="draft")
        small, large = [
            encode_id("variant", await self._factory.variant(product=draft)) for _ in range(2)
        ]
        product, new = encode_id("product", draft), {"sku": "new", "price": 100}
        whole = {"name": "Mug", "category": category, "currency": "EUR", **details("first"), **KEY}
        await self._run(merchant, "productCreate", **whole, variants=[{"sku": "M", "price": 100}])
        moved = {"category": category, **details("second")}
        await self._run(merchant, "productUpdate", id=product, **moved)
        await self._run(merchant, "variantCreate", product=product, variant=new, **KEY)
        await self._run(merchant, "variantUpdate", id=small, name="small")
        await self._run(merchant, "variantPricesSet", prices=[{"variant": small, "price": 1}])
        stocks = [{"variant": small, "onHand": 1}]
        await self._run(merchant, "variantStocksSet", stocks=stocks, **KEY)
        await self._run(merchant, "productPublish", id=product)
        await self._run(merchant, "variantDelete", id=large)
        await self._run(merchant, "productRetire", id=product)

    async def effects(self) -> None:
        admin = await self._as_account("admin")
        await self._run(admin, "effectsRetry", ids=[await self._factory.dead_effect()])

    async def webhooks(self) -> None:
        admin = await self._as_account("admin")
        endpoint_id = await self._factory.webhook()
        endpoint = encode_id("webhook", endpoint_id)
        sent = encode_id("delivery", await self._factory.webhook_delivery(endpoint_id))
        new = {"url": "https://8.8.8.8", "ownerEmail": "ops@acme.example", "client": "acme"}
        await self._run(admin, "webhookEndpointCreate", **new, **KEY)
        await self._run(admin, "webhookEndpointUpdate", id=endpoint, types=["order.placed"])
        await self._run(admin, "webhookSecretRotate", id=endpoint, **KEY)
        await self._run(admin, "webhookDeliveryReplay", id=sent)
        time = {"since": "2026-01-01T00:00:00Z", "until": "9998-01-01T00:00:00Z"}
        await self._run(admin, "webhookEndpointReplay", endpoint=endpoint, **time)
        await self._run(admin, "webhookEndpointDelete", id=endpoint)

    async def documents(self) -> None:
        key = await self._factory.api_key("acme", PUBLISH)
        partner = PartnerGraph(self._graph.api, self._factory, key)
        given = [operation(f"query A{number} {{ __typename }}") for number in range(2)]
        # Who asks, and what, is found in the database once, and then known for a while.
        await partner.data(PUBLISHING, operations=[])
        answer, sent = await self._meter.answer(partner.headers, PUBLISHING, {"operations": given})
        assert len(answer["data"]["documentsPublish"]["documents"]) == 2
        self.seen["documentsPublish"] = sent


async def until_somebody_waits(database: Database) -> None:
    url = database.engine.url.set(drivername="postgresql")
    # Sent through the shop, these statements would be counted with those of the mutation.
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    while not await connection.fetchval(WAITING):
        pass
    await connection.close()


def details(key: str) -> dict[str, Any]:
    """Return what makes a product with a new attribute and a picture."""
    return {
        "attributes": [{"key": key, "values": ["clay"]}],
        "media": [{"url": "https://example.com/mug.png"}],
    }


def operation(text: str) -> dict[str, str]:
    """Return an operation as it stands in a manifest."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return {"id": sha256, "name": text.split()[1], "type": "query", "body": text}


def declared(name: str) -> int:
    """Return what a mutation declares, by a document that reads nothing after it."""
    return CEILINGS.statements_of(parse(f"mutation {{ {name} {{ __typename }} }}"))


async def test_every_mutation_declares_what_it_sends_at_worst(
    graph: Graph, as_account: AsAccount, database: Database, factory: Factory, sent: list[str]
) -> None:
    worst = Worst(Meter(graph.api, sent), graph, as_account, Shop(database, factory))
    await worst.sessions()
    await worst.accounts()
    await worst.carts()
    await worst.orders()
    await worst.catalogue()
    await worst.webhooks()
    await worst.effects()
    await worst.documents()

    assert worst.seen == {name: declared(name) - UNSEEN.get(name, 0) for name in ROOTS}
