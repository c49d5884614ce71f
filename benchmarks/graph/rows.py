"""Writes customers, carts and orders, many at a time."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from core.money import Money
from services.addresses import PostalAddress

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# So many of each article that no checkout of a run finds it sold out.
PLENTY = 1_000_000
SHIPPING = Money(590, "USD")
ADDRESS = PostalAddress(
    recipient="Ada Lovelace",
    line1="Market Street 1",
    line2="",
    postal_code="12345",
    city="Springfield",
    region="IL",
    country_code="US",
)


@dataclass(frozen=True)
class Article:
    """A variant that can be bought."""

    id: UUID
    sku: str
    name: str
    price_minor: int


@dataclass(frozen=True)
class GuestCart:
    """An open cart without an account, which its secret opens."""

    articles: Sequence[Article]
    secret: str


async def stock_articles(connection: Connection) -> None:
    """Put plenty of what is in stock there; what is sold out stays so."""
    await connection.execute(
        "UPDATE stock_levels SET on_hand = on_hand + $1 WHERE on_hand > 0", PLENTY
    )


async def stocked_articles(connection: Connection) -> list[Article]:
    rows = await connection.fetch(
        "SELECT id, sku, name, price_minor FROM variants JOIN stock_levels ON variant_id = id"
        " WHERE on_hand > 0 ORDER BY sku"
    )
    return [Article(**each) for each in rows]


async def write_customers(connection: Connection, count: int) -> None:
    # Nobody logs in, so that no password has to fit.
    await connection.execute(
        "INSERT INTO accounts (email, name, password_hash)"
        " SELECT 'customer-' || n || '@example.com', 'Customer ' || n, '!'"
        " FROM generate_series(1, $1::int) n",
        count,
    )


async def customers(connection: Connection) -> list[UUID]:
    return [each["id"] for each in await connection.fetch("SELECT id FROM accounts ORDER BY id")]


async def write_orders(
    connection: Connection, customers: Sequence[UUID], articles: Sequence[Article], pick: Random
) -> None:
    """Write a paid order of three articles for each of the customers, who may be given again."""
    orders: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    payments: list[tuple[Any, ...]] = []
    address = json.dumps(asdict(ADDRESS))
    ids = await new_ids(connection, len(customers))
    for order, customer in zip(ids, customers, strict=True):
        bought = pick.sample(articles, 3)
        subtotal = sum(each.price_minor for each in bought)
        total = subtotal + SHIPPING.minor_units
        orders.append((order, customer, subtotal, SHIPPING.minor_units, total, address))
        payments.append((order, total))
        lines += [
            (order, position, each.id, each.sku, each.name, each.price_minor)
            for position, each in enumerate(bought, start=1)
        ]
    await connection.executemany(
        "INSERT INTO orders (id, account_id, email, status, currency, subtotal_minor,"
        " shipping_minor, total_minor, shipping_method, shipping_address)"
        " VALUES ($1, $2, 'ada@example.com', 'confirmed', 'USD', $3, $4, $5, 'standard', $6)",
        orders,
    )
    await connection.executemany(
        "INSERT INTO order_lines (order_id, position, variant_id, sku, name, quantity,"
        " unit_price_minor, total_minor) VALUES ($1, $2, $3, $4, $5, 1, $6, $6)",
        lines,
    )
    await connection.executemany(
        "INSERT INTO payments (order_id, provider, token, status, amount_minor, currency)"
        " VALUES ($1, 'sandbox', 'success', 'succeeded', $2, 'USD')",
        payments,
    )


async def write_carts(
    connection: Connection, contents: Sequence[Sequence[Article]]
) -> list[GuestCart]:
    """Write a guest's cart for each of the contents: one of the first article, two of the next."""
    ids = await new_ids(connection, len(contents))
    carts = [GuestCart(each, secrets.token_urlsafe(32)) for each in contents]
    await connection.execute(
        "INSERT INTO carts (id, secret_hash, currency, expires_at)"
        " SELECT id, secret_hash, 'USD', now() + interval '30 days'"
        " FROM unnest($1::uuid[], $2::bytea[]) AS cart (id, secret_hash)",
        ids,
        [hashlib.sha256(each.secret.encode()).digest() for each in carts],
    )
    await connection.copy_records_to_table(
        "cart_lines",
        columns=("cart_id", "variant_id", "quantity", "seen_price_minor"),
        records=[
            (cart_id, article.id, quantity, article.price_minor)
            for cart_id, cart in zip(ids, carts, strict=True)
            for quantity, article in enumerate(cart.articles, start=1)
        ],
    )
    return carts


async def new_ids(connection: Connection, count: int) -> list[UUID]:
    rows = await connection.fetch("SELECT uuidv7() AS id FROM generate_series(1, $1::int)", count)
    return [each["id"] for each in rows]
