"""The orders of an account."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from benchmarks.references.endpoint import Pool, Request
from benchmarks.references.rows.values import Row, answer, money
from core.ids import encode_id

_ORDERS = """
SELECT o.id, o.number, o.status, o.placed_at, o.total_minor, o.currency
FROM accounts a LEFT JOIN LATERAL (
    SELECT * FROM orders WHERE account_id = a.id ORDER BY id DESC LIMIT $2
) o ON true
WHERE a.id = $1
ORDER BY o.id DESC
"""

_FIRST_LINES = """
SELECT line.*
FROM unnest($1::uuid[]) AS parent (id)
CROSS JOIN LATERAL (
    SELECT order_id, sku, name, quantity, unit_price_minor, total_minor
    FROM order_lines WHERE order_id = parent.id ORDER BY position LIMIT 3
) line
"""


def line(row: Row, currency: str) -> dict[str, Any]:
    return {
        "sku": row["sku"],
        "name": row["name"],
        "quantity": row["quantity"],
        "unitPrice": money(row["unit_price_minor"], currency),
        "total": money(row["total_minor"], currency),
    }


def _order(row: Row, lines: list[Row]) -> dict[str, Any]:
    return {
        "id": encode_id("order", row["id"]),
        "number": row["number"],
        "status": row["status"].upper(),
        "placedAt": row["placed_at"].isoformat(),
        "total": money(row["total_minor"], row["currency"]),
        "lines": {"nodes": [line(each, row["currency"]) for each in lines]},
    }


async def order_history(pool: Pool, request: Request) -> bytes:
    account, first = request.account, request.variables["first"]
    async with pool.acquire() as connection:
        found = await connection.fetch(_ORDERS, account, first + 1)
        if not found:
            return answer("viewer", None)
        orders = [row for row in found if row["id"] is not None]
        page = orders[:first]
        rows = await connection.fetch(_FIRST_LINES, [row["id"] for row in page])
    lines: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        lines[row["order_id"]].append(row)
    history = {
        "nodes": [_order(row, lines[row["id"]]) for row in page],
        "pageInfo": {"hasNextPage": len(orders) > first},
    }
    return answer("viewer", {"id": encode_id("account", account), "orders": history})
