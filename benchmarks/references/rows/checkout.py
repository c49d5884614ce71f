"""A checkout: the order is placed, the provider charges, the order is confirmed.

Each of the three is a transaction of its own, as no transaction stays open while a provider
elsewhere is asked.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from benchmarks.references.endpoint import Connection, Pool, Request
from benchmarks.references.rows.carts import RefusedError, errors
from benchmarks.references.rows.order_events import address, record
from benchmarks.references.rows.orders import line
from benchmarks.references.rows.values import Row, answer, money
from core.ids import decode_id, encode_id

_CART = """
SELECT id, account_id, secret_hash, currency FROM carts
WHERE id = $1 AND secret_hash = $2 AND status = 'open'
FOR UPDATE
"""

_LINES = """
SELECT
    l.variant_id, l.quantity, l.seen_price_minor, v.sku, v.name, v.price_minor,
    p.status = 'active' AS on_sale, s.on_hand - s.reserved AS available
FROM cart_lines l
JOIN variants v ON v.id = l.variant_id
JOIN products p ON p.id = v.product_id
JOIN stock_levels s ON s.variant_id = v.id
WHERE l.cart_id = $1
ORDER BY s.variant_id
FOR UPDATE OF s
"""

_SHIPPING = "SELECT code, name, price_minor FROM shipping_methods WHERE code = $1 AND currency = $2"

_RESERVE = """
UPDATE stock_levels s SET reserved = reserved + quantity
FROM cart_lines l WHERE l.cart_id = $1 AND s.variant_id = l.variant_id
"""

_ORDER = """
INSERT INTO orders (
    cart_id, account_id, secret_hash, email, currency, subtotal_minor, shipping_minor,
    total_minor, shipping_method, shipping_address
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
RETURNING *
"""

_ORDER_LINES = """
INSERT INTO order_lines (
    order_id, position, variant_id, sku, name, quantity, unit_price_minor, total_minor
)
SELECT
    $1, row_number() OVER (ORDER BY l.id), v.id, v.sku, v.name, l.quantity,
    v.price_minor, l.quantity * v.price_minor
FROM cart_lines l JOIN variants v ON v.id = l.variant_id
WHERE l.cart_id = $2
RETURNING position, variant_id, sku, name, quantity, unit_price_minor, total_minor
"""

_PAYMENT = """
INSERT INTO payments (order_id, provider, token, amount_minor, currency)
VALUES ($1, 'sandbox', 'success', $2, $3)
RETURNING id
"""

_ORDERED = """
UPDATE carts SET status = 'ordered', version = version + 1, updated_at = now() WHERE id = $1
"""

_CHARGE = """
INSERT INTO sandbox_charges (payment_id, status, amount_minor, currency)
VALUES ($1, 'charged', $2, $3) ON CONFLICT DO NOTHING
"""

_LOCK = """
SELECT FROM orders o JOIN payments p ON p.order_id = o.id WHERE p.id = $1 FOR UPDATE
"""

_PAID = """
UPDATE payments SET status = 'succeeded', reference = 'sandbox-' || id, updated_at = now()
WHERE id = $1
"""

_CONFIRMED = """
UPDATE orders SET status = 'confirmed', version = version + 1, updated_at = now() WHERE id = $1
RETURNING *
"""

_TAKE = """
WITH locked AS (
    SELECT s.variant_id, l.quantity FROM stock_levels s JOIN order_lines l USING (variant_id)
    WHERE l.order_id = $1 ORDER BY s.variant_id FOR UPDATE OF s
)
UPDATE stock_levels s SET on_hand = on_hand - quantity, reserved = reserved - quantity
FROM locked WHERE s.variant_id = locked.variant_id
"""


class Placed(NamedTuple):
    order: Row
    lines: list[Row]
    method: Row
    payment: UUID


def _check(lines: Sequence[Row]) -> None:
    if not lines:
        raise RefusedError("CartEmpty")
    for each in lines:
        if not each["on_sale"]:
            raise RefusedError("OutOfStock")
        if each["price_minor"] != each["seen_price_minor"]:
            raise RefusedError("PriceChanged")
        if each["quantity"] > each["available"]:
            raise RefusedError("OutOfStock")


async def _place(connection: Connection, request: Request) -> Placed:
    """Turn the cart into a pending order with its stock reserved and its payment pending."""
    _, key = decode_id(request.variables["cart"])
    cart = await connection.fetchrow(_CART, key, request.cart_secret_hash)
    if cart is None:
        raise RefusedError("CartNotFound")
    lines = await connection.fetch(_LINES, cart["id"])
    _check(lines)
    method = await connection.fetchrow(_SHIPPING, "standard", cart["currency"])
    if method is None:
        raise RefusedError("ShippingMethodUnavailable")
    subtotal = sum(each["quantity"] * each["price_minor"] for each in lines)
    shipping = method["price_minor"]
    await connection.execute(_RESERVE, cart["id"])
    (order,) = await connection.fetch(
        _ORDER,
        *(cart["id"], cart["account_id"], cart["secret_hash"], request.variables["email"]),
        *(cart["currency"], subtotal, shipping, subtotal + shipping, method["code"]),
        orjson.dumps(request.address).decode(),
    )
    ordered = await connection.fetch(_ORDER_LINES, order["id"], cart["id"])
    ordered.sort(key=lambda row: row["position"])
    (payment,) = await connection.fetch(
        _PAYMENT, order["id"], order["total_minor"], order["currency"]
    )
    await connection.execute(_ORDERED, cart["id"])
    await record(connection, order, ordered, "order.placed", 1)
    return Placed(order, ordered, method, payment["id"])


async def _confirm(connection: Connection, placed: Placed) -> Row:
    """Write that the payment was charged, let the stock go, and return the confirmed order."""
    await connection.execute(_LOCK, placed.payment)
    await connection.execute(_PAID, placed.payment)
    (order,) = await connection.fetch(_CONFIRMED, placed.order["id"])
    await connection.execute(_TAKE, order["id"])
    await record(connection, order, placed.lines, "order.confirmed", 2)
    return order


def _shown(order: Row, lines: Sequence[Row], method: Row) -> dict[str, Any]:
    currency = order["currency"]
    kept = address(order)
    total = money(order["total_minor"], currency)
    return {
        "id": encode_id("order", order["id"]),
        "number": order["number"],
        "status": order["status"].upper(),
        "version": order["version"],
        "email": order["email"],
        "placedAt": order["placed_at"].isoformat(),
        "subtotal": money(order["subtotal_minor"], currency),
        "shipping": money(order["shipping_minor"], currency),
        "total": total,
        "shippingMethod": {"code": method["code"], "name": method["name"]},
        "shippingAddress": {
            name: kept[name] for name in ("recipient", "line1", "postalCode", "city", "countryCode")
        },
        "lines": {"nodes": [line(each, currency) for each in lines[:20]]},
        "payments": {"nodes": [{"status": "SUCCEEDED", "amount": total}]},
    }


async def checkout(pool: Pool, request: Request) -> bytes:
    async with pool.acquire() as connection:
        try:
            async with connection.transaction():
                placed = await _place(connection, request)
        except RefusedError as refusal:
            return answer("checkoutComplete", {"order": None, "errors": errors(refusal)})
        total = placed.order["total_minor"]
        await connection.execute(_CHARGE, placed.payment, total, placed.order["currency"])
        async with connection.transaction():
            order = await _confirm(connection, placed)
    shown = _shown(order, placed.lines, placed.method)
    return answer("checkoutComplete", {"order": shown, "errors": []})
