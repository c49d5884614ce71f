"""An order with everybody who has to do with it, and everybody who has not."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from core.ids import encode_id
from services.api_keys import EVENTS, WEBHOOKS
from tests.buying import Shop
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph, PartnerGraph

SECRET = "a guest's secret"  # noqa: S105 - it opens an order of these tests only.
SECRET_HASH = hashlib.sha256(SECRET.encode()).digest()


@dataclass(frozen=True)
class Sale:
    """An order of one article of each of two merchants, and who has to do with it."""

    order: UUID
    buyer: UUID
    merchants: tuple[UUID, UUID]

    @property
    def id(self) -> str:
        return encode_id("order", self.order)


async def sell(shop: Shop, factory: Factory) -> Sale:
    buyer = await factory.account(email="buyer@example.com")
    one, other = [await factory.account(role="merchant") for _ in range(2)]
    variants = [await shop.variant(merchant=each) for each in (one, other)]
    order = await factory.order(
        dict.fromkeys(variants, 1), account_id=buyer, secret_hash=SECRET_HASH, number=7
    )
    return Sale(order, buyer, (one, other))


async def callers(
    sale: Sale, graph: Graph, as_account: AsAccount, factory: Factory
) -> dict[str, Graph]:
    keeping = {
        client: PartnerGraph(graph.api, factory, await factory.api_key(client, WEBHOOKS), client)
        for client in ("acme", "bolt")
    }
    return {
        "a partner": PartnerGraph(graph.api, factory, await factory.api_key("acme")),
        "a partner with events": PartnerGraph(
            graph.api, factory, await factory.api_key("acme", EVENTS)
        ),
        "a partner with webhooks": keeping["acme"],
        "another partner with webhooks": keeping["bolt"],
        "anonymous": graph,
        "another cart's holder": graph.holding("another secret"),
        "another customer": await as_account(),
        "another merchant": await as_account(role="merchant"),
        "the buyer": await as_account(id=sale.buyer),
        "the holder": graph.holding(SECRET),
        "a merchant of it": await as_account(id=sale.merchants[0], role="merchant"),
        "an admin": await as_account(role="admin"),
    }


OUTSIDE = [
    "anonymous",
    "another cart's holder",
    "a partner",
    "a partner with events",
    "a partner with webhooks",
    "another partner with webhooks",
    "another customer",
    "another merchant",
]
