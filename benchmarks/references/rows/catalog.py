"""The list page, and products as entities."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from benchmarks.references.endpoint import Pool, Request
from benchmarks.references.rows.values import Row, answer, cursor, money
from core.ids import decode_id, encode_id

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

_ENTITIES = """
    SELECT id, slug, name, brand, currency, price_from_minor, EXISTS (
        SELECT FROM variants JOIN stock_levels ON variant_id = variants.id
        WHERE product_id = p.id AND on_hand > reserved
    ) AS in_stock
    FROM products p
    WHERE id = ANY ($1) AND status = 'active'
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
        first_variants = await connection.fetch(_FIRST_VARIANTS, [row["id"] for row in page])
    variants: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in first_variants:
        variants[row["product_id"]].append(row)
    end = page and cursor("price_asc", [page[-1]["price_from_minor"], page[-1]["id"]])
    products = {
        "nodes": [_product(row, variants[row["id"]]) for row in page],
        "pageInfo": {"hasNextPage": len(found) > first, "endCursor": end or None},
    }
    return answer("products", products)


def _entity(row: Row) -> dict[str, Any]:
    return {
        "id": encode_id("product", row["id"]),
        "slug": row["slug"],
        "name": row["name"],
        "brand": row["brand"],
        "inStock": row["in_stock"],
        "priceRange": {"lowest": money(row["price_from_minor"], row["currency"])},
    }


async def entities(pool: Pool, request: Request) -> bytes:
    ids = [decode_id(each["id"])[1] for each in request.variables["representations"]]
    rows = {row["id"]: row for row in await pool.fetch(_ENTITIES, ids)}
    return answer("_entities", [_entity(rows[key]) if key in rows else None for key in ids])
