"""The hub's rule of who is told of an order is that of who may see it."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from core.database import Database
from core.viewer import ANONYMOUS, Viewer
from loaders.event_audience import events_after, orders_seen_by, topics_of
from loaders.order_events import order_events_between
from tasks.sequencer import sequence
from tests.factories import Factory
from tests.tasks.log import Log

pytestmark = pytest.mark.anyio

SECRET = hashlib.sha256(b"a cart's secret").digest()
OTHER_SECRET = hashlib.sha256(b"another cart's").digest()


class Reader:
    """Whoever reads by the batch reads, as a context of one viewer."""

    public_url = ""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self.fetch, self.viewer = database.fetch, viewer


@pytest.fixture
async def people(factory: Factory) -> Mapping[str, UUID]:
    roles = {"customer": "customer", "merchant": "merchant", "rival": "merchant", "admin": "admin"}
    return {name: await factory.account(role=role) for name, role in roles.items()}


@pytest.fixture
async def orders(database: Database, factory: Factory, people: Mapping[str, UUID]) -> list[UUID]:
    """Orders of everybody who buys, of everything that is sold; each has an event."""
    sold = {
        name: await factory.variant(product=await factory.product(merchant_id=people.get(name)))
        for name in ("merchant", "rival", "the shop itself")
    }
    shop, merchants, rivals = sold["the shop itself"], sold["merchant"], sold["rival"]
    baskets = [{shop: 1}, {merchants: 1}, {rivals: 2}, {merchants: 1, rivals: 1, shop: 1}]
    buyers: list[dict[str, Any]] = [
        {"account_id": people["customer"]},
        {"account_id": people["customer"], "secret_hash": OTHER_SECRET},
        {"account_id": people["rival"]},
        {"secret_hash": SECRET},
    ]
    made = [await factory.order(basket, **buyer) for basket in baskets for buyer in buyers]
    for order in made:
        await Log(database).record("order.confirmed", order)
    await sequence(database, {})
    return made


@pytest.mark.parametrize(
    ("name", "role", "secret", "seen"),
    [
        ("nobody", None, None, 0),
        ("guest", None, SECRET, 4),
        ("customer", "customer", None, 8),
        ("customer", "customer", SECRET, 12),
        ("merchant", "merchant", None, 8),
        ("rival", "merchant", None, 10),
        ("rival", "customer", None, 4),
        ("merchant", "merchant", SECRET, 10),
        ("admin", "admin", None, 16),
    ],
)
async def test_the_hub_tells_each_viewer_of_the_orders_that_they_may_see(
    database: Database,
    people: Mapping[str, UUID],
    orders: list[UUID],
    name: str,
    role: str | None,
    secret: bytes | None,
    seen: int,
) -> None:
    viewer = Viewer(people.get(name), role, secret)
    through = len(orders)

    heard = [
        event
        for event in await events_after(database, 0, limit=100)
        if not orders_seen_by(viewer).isdisjoint(topics_of(event))
    ]

    read = await order_events_between(Reader(database, viewer), 0, through, order=None, limit=100)
    assert [each.position for each in heard] == [each.position for each in read]
    assert len(heard) == seen


async def test_an_event_of_something_else_is_no_orders(
    database: Database, factory: Factory
) -> None:
    admin = Viewer(await factory.account(role="admin"), "admin")
    await Log(database).record("account.updated", admin.account_id)
    await sequence(database, {})

    (event,) = await events_after(database, 0, limit=100)

    assert orders_seen_by(admin).isdisjoint(topics_of(event))
    assert orders_seen_by(ANONYMOUS) == frozenset()
