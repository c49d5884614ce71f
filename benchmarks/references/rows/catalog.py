"""The list page, the product page and products as entities."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from benchmarks.references.endpoint import Pool, Request
from benchmarks.references.rows.values import cursor, money
from core.ids import decode_id, encode_id

Row = asyncpg.Record

_PRODUCTS = """
    SELECT
        p.id, p.slug, p.name, p.brand, p.currency, p.price_from_minor, p.price_to_minor,
        c.id AS category_id, c.name AS category_name, c.slug AS category_slug
    FROM products p JOIN categories c ON c.id = p.category_id
    WHERE p.status = 'active' AND c.path @> ARRAY[$1::uuid]
    ORDER BY p.price_from_minor, p.id
    LIMIT $2
"""

_FIRST_VARIANTS = """
    SELECT v.id, v.product_id, v.price_minor, v.currency, v.available
    FROM unnest($1::uuid[]) AS parent (id)
    CROSS JOIN LATERAL (
        SELECT variants.*, coalesce(on_hand - reserved, 0) AS available
        FROM variants LEFT JOIN stock_levels ON variant_id = variants.id
        WHERE product_id = parent.id
        ORDER BY position, variants.id
        LIMIT 2
    ) v
"""


def _variant(row: Row) -> dict[str, Any]:
    return {
        "id": encode_id("variant", row["id"]),
        "price": money(row["price_minor"], row["currency"]),
        "availableQuantity": row["available"],
    }


def _product(row: Row, variants: Sequence[Row]) -> dict[str, Any]:
    currency = row["currency"]
    return {
        "id": encode_id("product", row["id"]),
        "slug": row["slug"],
        "name": row["name"],
        "brand": row["brand"],
        "priceRange": {
            "lowest": money(row["price_from_minor"], currency),
            "highest": money(row["price_to_minor"], currency),
        },
        "category": {
            "id": encode_id("category", row["category_id"]),
            "name": row["category_name"],
            "slug": row["category_slug"],
        },
        "variants": {"nodes": [_variant(each) for each in variants]},
    }


async def list_page(pool: Pool, request: Request) -> bytes:
    first: int = request.variables["first"]
    _, category = decode_id(request.variables["category"])
    async with pool.acquire() as connection:
        found = await connection.fetch(_PRODUCTS, category, first + 1)
        page = found[:first]
        answer = await connection.fetch(_FIRST_VARIANTS, [row["id"] for row in page])
    variants: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in answer:
        variants[row["product_id"]].append(row)
    end = page and cursor("price_asc", [page[-1]["price_from_minor"], page[-1]["id"]])
    products = {
        "nodes": [_product(row, variants[row["id"]]) for row in page],
        "pageInfo": {"hasNextPage": len(found) > first, "endCursor": end or None},
    }
    return orjson.dumps({"data": {"products": products}})
