"""Each endpoint is given just the events that it asked for."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.database import Database
from models import Effect
from tasks.sequencer import sequence
from tests.factories import Factory
from tests.tasks.log import Log

pytestmark = pytest.mark.anyio

EUROS = {"total": {"currency": "EUR", "minorUnits": 2490}, "lines": [{"sku": "MUG"}]}


async def wanting(factory: Factory, database: Database, **values: Any) -> list[int]:
    """Make an endpoint, let three events happen, and return the numbers of those it is sent."""
    endpoint = await factory.webhook(**values)
    log = Log(database)
    order = uuid4()
    events = [
        await log.record("order.placed", order, **EUROS),
        await log.record("order.shipped", order, total={"currency": "USD"}),
        await log.record("account.updated", uuid4(), **EUROS),
    ]
    await sequence(database, {})
    found = await database.fetch(
        select(Effect.event_id, Effect.handler, Effect.is_ordered, Effect.status)
        .where(Effect.target == endpoint)
        .order_by(Effect.position),
        {},
    )
    assert {tuple(row[1:]) for row in found} <= {("deliver_webhook", True, "pending")}
    return [events.index(row[0]) for row in found]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, [0, 1]),
        ({"types": ["order.shipped", "order.delivered"]}, [1]),
        ({"types": ["order.delivered"]}, []),
        ({"types": ["account.updated"]}, []),
        ({"filter": {"total": {"currency": "EUR"}}}, [0]),
        ({"filter": {"lines": [{"sku": "MUG"}]}}, [0]),
        ({"filter": {"total": {"currency": "EUR"}}, "types": ["order.shipped"]}, []),
        ({"filter": {"currency": "EUR"}}, []),
        ({"status": "disabled"}, []),
    ],
)
async def test_an_endpoint_is_sent_what_it_asked_for(
    factory: Factory, database: Database, values: dict[str, Any], expected: list[int]
) -> None:
    assert await wanting(factory, database, **values) == expected
