"""A shop with so many customers that each subscriber is another one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from uuid import UUID

import asyncpg

from app.catalogue import load_demo
from app.resources import open_resources
from benchmarks.graph.rows import customers, stocked_articles, write_customers, write_orders
from benchmarks.live.subscribers import Subscription
from core.ids import encode_id
from core.migrations import migrate
from core.settings import Settings
from core.tokens import AccessTokens

_UPDATE = "{ cursor eventId eventType occurredAt order { id number status } }"
_ONE = f"subscription One($id: ID!) {{ orderUpdated(id: $id) {_UPDATE} }}"
_ALL = f"subscription All {{ ordersUpdated {_UPDATE} }}"


@dataclass(frozen=True)
class Customer:
    """An account and its confirmed orders."""

    account: UUID
    orders: Sequence[UUID]


async def prepared_customers(
    settings: Settings, *, idle: int, active: int, orders_each: int
) -> tuple[list[Customer], list[Customer]]:
    """Fill an empty database: idle customers have one order, active ones several."""
    async with open_resources(settings) as resources:
        await migrate(resources.database)
        await load_demo(resources)
    connection = await asyncpg.connect(settings.database_url)
    try:
        await write_customers(connection, idle + active)
        accounts = await customers(connection)
        owners = accounts[:idle] + accounts[idle:] * orders_each
        pick = Random(7)  # noqa: S311 - The same picks in every run; none is a secret.
        await write_orders(connection, owners, await stocked_articles(connection), pick)
        orders = defaultdict(list)
        for row in await connection.fetch("SELECT account_id, id FROM orders ORDER BY id"):
            orders[row["account_id"]].append(row["id"])
        # Of what was written just now, nothing is left to do while others are measured.
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
    everyone = [Customer(each, orders[each]) for each in accounts]
    return everyone[:idle], everyone[idle:]


def one_or_all(settings: Settings, customers: Sequence[Customer]) -> list[Subscription]:
    """Have every other customer follow the first of the orders, and the rest all of theirs."""
    every = all_orders(settings, customers)
    every[::2] = [
        Subscription(follows.token, _ONE, {"id": encode_id("order", customer.orders[0])})
        for customer, follows in zip(customers[::2], every[::2], strict=True)
    ]
    return every


def all_orders(settings: Settings, customers: Sequence[Customer]) -> list[Subscription]:
    tokens = AccessTokens.of(settings)
    return [
        Subscription("Bearer " + tokens.issue(each.account, "customer").text, _ALL, {})
        for each in customers
    ]
