"""Lines of small catalogues, and the rows that an import of them leaves."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import text

from core.database import Database


def article(number: int, **changes: object) -> dict[str, object]:
    """Return a valid line; `number` makes its id, sku and slug."""
    return {
        "id": str(number),
        "sku": f"SKU-{number}",
        "mpn": f"M{number}",
        "name": f"Lamp {number}",
        "slug": f"lamp-{number}",
        "brand": "Lumen",
        "description": "A lamp",
        "category": ["Home", "Lamps"],
        "eans": ["12345678"],
        "price_minor": 100 * number,
        "currency": "EUR",
        "released": "2020-01-31",
        "features": {"colour": ["Red"], "net__weight": ["1.5"], "dimmable": ["yes"]},
        "image_url": f"https://images.example/{number}.jpg",
        "synthetic_stock": number,
        "variant_group": None,
        "variant_options": {},
        **changes,
    }


async def fetch(database: Database, statement: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await database.fetch(text(statement), {})]


TABLES = (
    "categories",
    "products",
    "variants",
    "stock_levels",
    "media",
    "attribute_definitions",
)


async def snapshot(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row as text with the transaction that wrote it."""
    return {
        table: await fetch(database, f"SELECT xmin::text, {table}::text FROM {table} ORDER BY 2")  # noqa: S608 - A constant.
        for table in TABLES
    }


def read_rejects(path: Path) -> Sequence[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]
