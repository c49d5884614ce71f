"""What the log is told of an order: the whole of it, as `services/event_types.py` declares it."""

from collections.abc import Sequence
from typing import Any

import orjson
from pydantic.alias_generators import to_camel

from benchmarks.references.endpoint import Connection
from benchmarks.references.rows.values import Row, amount
from core.ids import encode_id

_EVENT = """
INSERT INTO events (
    aggregate_type, aggregate_id, sequence, type, correlation_id, payload, subjects
) VALUES ('order', $1, $2, $3, '-', $4, $5)
"""


async def record(
    connection: Connection, order: Row, lines: Sequence[Row], kind: str, sequence: int
) -> None:
    payload = orjson.dumps(_payload(order, lines)).decode()
    variants = [each["variant_id"] for each in lines]
    await connection.execute(_EVENT, order["id"], sequence, kind, payload, variants)


def _payload(order: Row, lines: Sequence[Row]) -> dict[str, Any]:
    """Return what an event tells of an order: the whole of it."""
    currency, account = order["currency"], order["account_id"]

    def told(minor: int) -> dict[str, Any]:
        return {"amount": amount(minor, currency), "currency": currency, "minorUnits": minor}

    return {
        "id": encode_id("order", order["id"]),
        "number": order["number"],
        "status": order["status"].upper(),
        "version": order["version"],
        "placedAt": order["placed_at"],
        "accountId": None if account is None else encode_id("account", account),
        "email": order["email"],
        "currency": currency,
        "subtotal": told(order["subtotal_minor"]),
        "shipping": told(order["shipping_minor"]),
        "total": told(order["total_minor"]),
        "shippingMethod": order["shipping_method"],
        "shippingAddress": address(order),
        "lines": [
            {
                "variantId": encode_id("variant", each["variant_id"]),
                "sku": each["sku"],
                "name": each["name"],
                "quantity": each["quantity"],
                "unitPrice": told(each["unit_price_minor"]),
                "total": told(each["total_minor"]),
            }
            for each in lines
        ],
    }


def address(order: Row) -> dict[str, str]:
    kept = orjson.loads(order["shipping_address"])
    return {to_camel(name): value for name, value in kept.items()}
