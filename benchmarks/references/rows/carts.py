"""Carts: shown, opened and filled."""

import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from benchmarks.references.callers import secret_hash
from benchmarks.references.endpoint import Connection, Pool, Request
from benchmarks.references.rows.values import Row, answer, money
from core.ids import decode_id, encode_id

_CART = "SELECT id, version, currency FROM carts WHERE secret_hash = $1 AND status = 'open'"

_LINES = """
SELECT
    l.id, l.quantity, l.seen_price_minor, l.variant_id, v.sku, v.name,
    p.status = 'active' AS on_sale,
    CASE WHEN p.status = 'active' AND v.currency = $2 THEN v.price_minor END AS price_minor,
    coalesce(s.on_hand - s.reserved, 0) > 0 AS in_stock
FROM cart_lines l
JOIN variants v ON v.id = l.variant_id
JOIN products p ON p.id = v.product_id
LEFT JOIN stock_levels s ON s.variant_id = v.id
WHERE l.cart_id = $1
ORDER BY l.id
"""

_OFFERS = """
SELECT
    v.id, v.currency, v.price_minor, p.status = 'active' AS on_sale,
    coalesce(s.on_hand - s.reserved, 0) AS available, coalesce(l.quantity, 0) AS held
FROM variants v
JOIN products p ON p.id = v.product_id
LEFT JOIN stock_levels s ON s.variant_id = v.id
LEFT JOIN cart_lines l ON l.variant_id = v.id AND l.cart_id = $2
WHERE v.id = ANY ($1)
"""

_WRITE = """
INSERT INTO cart_lines (cart_id, variant_id, quantity, seen_price_minor)
SELECT $1, * FROM unnest($2::uuid[], $3::int[], $4::bigint[]) AS line (id, quantity, price)
ORDER BY id
ON CONFLICT (cart_id, variant_id) DO UPDATE SET
    quantity = excluded.quantity,
    seen_price_minor = excluded.seen_price_minor,
    updated_at = now()
"""

_CHANGED = """
UPDATE carts
SET version = version + 1, currency = $2, expires_at = now() + interval '30 days',
    updated_at = now()
WHERE id = $1
RETURNING id, version, currency
"""

_OPEN = """
INSERT INTO carts (secret_hash, expires_at) VALUES ($1, now() + interval '30 days')
RETURNING id, version, currency
"""

LARGEST_QUANTITY = 999


class RefusedError(Exception):
    """Why nothing was changed: `args[0]` is the type of the error in the graph."""


def errors(refusal: RefusedError) -> list[dict[str, str]]:
    return [{"__typename": refusal.args[0]}]


def _line(row: Row, currency: str) -> dict[str, Any]:
    price, quantity = row["price_minor"], row["quantity"]
    variant = {
        "id": encode_id("variant", row["variant_id"]),
        "sku": row["sku"],
        "name": row["name"],
        "inStock": row["in_stock"],
    }
    return {
        "id": encode_id("cart_line", row["id"]),
        "quantity": quantity,
        "priceChanged": price is not None and price != row["seen_price_minor"],
        "unitPrice": None if price is None else money(price, currency),
        "total": None if price is None else money(price * quantity, currency),
        "variant": variant if row["on_sale"] else None,
    }


async def _shown(connection: Connection, cart: Row) -> dict[str, Any]:
    currency = cart["currency"]
    rows = await connection.fetch(_LINES, cart["id"], currency)
    subtotal = sum(row["quantity"] * (row["price_minor"] or 0) for row in rows)
    return {
        "id": encode_id("cart", cart["id"]),
        "version": cart["version"],
        "itemCount": sum(row["quantity"] for row in rows),
        "subtotal": None if currency is None else money(subtotal, currency),
        "lines": {"nodes": [_line(row, currency) for row in rows[:20]]},
    }


async def cart_read(pool: Pool, request: Request) -> bytes:
    async with pool.acquire() as connection:
        cart = await connection.fetchrow(_CART, request.cart_secret_hash)
        return answer("cart", None if cart is None else await _shown(connection, cart))


def _additions(request: Request) -> Counter[UUID]:
    """Return how many of each variant are wanted."""
    wanted: Counter[UUID] = Counter()
    for line in request.variables["lines"]:
        if not 1 <= line["quantity"] <= LARGEST_QUANTITY:
            raise RefusedError("QuantityOutOfRange")
        wanted[decode_id(line["variant"])[1]] += line["quantity"]
    return wanted


async def _fill(connection: Connection, cart: Row, additions: Mapping[UUID, int]) -> Row:
    """Add to the lines of a locked cart, and return it as it is then."""
    rows = await connection.fetch(_OFFERS, list(additions), cart["id"])
    offers = {row["id"]: row for row in rows if row["on_sale"]}
    quantities = list[int]()
    currency = cart["currency"]
    for variant, quantity in additions.items():
        if (offer := offers.get(variant)) is None:
            raise RefusedError("VariantNotFound")
        currency = currency or offer["currency"]
        quantities.append(offer["held"] + quantity)
        if quantities[-1] > LARGEST_QUANTITY:
            raise RefusedError("QuantityOutOfRange")
        if offer["currency"] != currency:
            raise RefusedError("CurrencyMismatch")
        if quantities[-1] > offer["available"]:
            raise RefusedError("OutOfStock")
    prices = [offers[variant]["price_minor"] for variant in additions]
    await connection.execute(_WRITE, cart["id"], list(additions), quantities, prices)
    (changed,) = await connection.fetch(_CHANGED, cart["id"], currency)
    return changed


async def _locked(connection: Connection, request: Request) -> Row:
    cart = await connection.fetchrow(f"{_CART} FOR UPDATE", request.cart_secret_hash)
    if cart is None:
        raise RefusedError("CartNotFound")
    return cart


async def cart_create(pool: Pool, request: Request) -> bytes:
    secret = secrets.token_urlsafe(32)
    async with pool.acquire() as connection:
        try:
            async with connection.transaction():
                (made,) = await connection.fetch(_OPEN, secret_hash(secret))
                cart = await _fill(connection, made, _additions(request))
        except RefusedError as refusal:
            return answer("cartCreate", {"secret": None, "cart": None, "errors": errors(refusal)})
        shown = await _shown(connection, cart)
    return answer("cartCreate", {"secret": secret, "cart": shown, "errors": []})


async def cart_add(pool: Pool, request: Request) -> bytes:
    async with pool.acquire() as connection:
        try:
            async with connection.transaction():
                found = await _locked(connection, request)
                cart = await _fill(connection, found, _additions(request))
        except RefusedError as refusal:
            return answer("cartLinesAdd", {"cart": None, "errors": errors(refusal)})
        shown = await _shown(connection, cart)
    return answer("cartLinesAdd", {"cart": shown, "errors": []})
