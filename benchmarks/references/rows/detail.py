"""The page of one product."""

from collections.abc import Sequence
from typing import Any

import orjson

from benchmarks.references.endpoint import Pool, Request
from benchmarks.references.rows.values import Row, answer, money
from core.ids import encode_id

_PRODUCT = """
SELECT
    p.id, p.slug, p.name, p.brand, p.description,
    ARRAY(
        SELECT (above.id, above.name, above.slug) FROM categories above
        WHERE above.id = ANY (c.path) ORDER BY cardinality(above.path)
    ) AS breadcrumbs,
    ARRAY(
        SELECT (url, alt_text) FROM media WHERE product_id = p.id ORDER BY position, id LIMIT 5
    ) AS media
FROM products p JOIN categories c ON c.id = p.category_id
WHERE p.slug = $1 AND p.status = 'active'
"""

_VARIANTS = """
SELECT
    v.id, v.sku, v.name, v.options, v.currency, v.price_minor,
    coalesce(on_hand - reserved, 0) AS available
FROM variants v LEFT JOIN stock_levels ON variant_id = v.id
WHERE product_id = $1
ORDER BY position, v.id
"""

_ATTRIBUTES = """
SELECT d.key, d.name, d.kind, entry.value
FROM products p
CROSS JOIN LATERAL jsonb_each(p.attributes) entry
JOIN attribute_definitions d USING (key)
WHERE p.id = $1
ORDER BY d.key
LIMIT 30
"""

Options = list[dict[str, str]]


def _category(row: Row) -> dict[str, str]:
    key, name, slug = row
    return {"id": encode_id("category", key), "name": name, "slug": slug}


def _variant(row: Row, options: Options) -> dict[str, Any]:
    return {
        "id": encode_id("variant", row["id"]),
        "sku": row["sku"],
        "name": row["name"],
        "availableQuantity": row["available"],
        "options": options,
        "price": money(row["price_minor"], row["currency"]),
    }


def _choices(options: Sequence[Options]) -> list[dict[str, Any]]:
    """Return what variants differ in: options as they stand in a variant, values by variants."""
    places: dict[tuple[str, str], tuple[int, str, int]] = {}
    for position, chosen in enumerate(options):
        for ordinal, option in enumerate(chosen):
            name, value = option["name"], option["value"]
            place = (ordinal, name, position)
            places[name, value] = min(places.get((name, value), place), place)
    found: dict[str, list[str]] = {}
    for name, value in sorted(places, key=places.__getitem__):
        found.setdefault(name, []).append(value)
    return [{"name": name, "values": values} for name, values in found.items()]


def _attribute(row: Row) -> dict[str, Any]:
    values = orjson.loads(row["value"])
    written: dict[str, Any] = {"key": row["key"], "name": row["name"]}
    match row["kind"]:
        case "TEXT":
            written["words"] = values
        case "NUMBER":
            written["numbers"] = values
        case _:
            written["value"] = values[0].lower() == "yes"
    return written


async def detail(pool: Pool, request: Request) -> bytes:
    async with pool.acquire() as connection:
        product = await connection.fetchrow(_PRODUCT, request.variables["slug"])
        if product is None:
            return answer("product", None)
        variants = await connection.fetch(_VARIANTS, product["id"])
        attributes = await connection.fetch(_ATTRIBUTES, product["id"])
    breadcrumbs = [_category(row) for row in product["breadcrumbs"]]
    options: list[Options] = [orjson.loads(row["options"]) for row in variants]
    return answer(
        "product",
        {
            "id": encode_id("product", product["id"]),
            "slug": product["slug"],
            "name": product["name"],
            "brand": product["brand"],
            "description": product["description"],
            "category": breadcrumbs[-1] | {"breadcrumbs": breadcrumbs},
            "media": {"nodes": [{"url": url, "altText": text} for url, text in product["media"]]},
            "options": _choices(options),
            "variants": {"nodes": list(map(_variant, variants[:50], options))},
            "attributes": {"nodes": [_attribute(row) for row in attributes]},
        },
    )
