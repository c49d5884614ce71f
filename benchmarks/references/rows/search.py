"""Searches with their facets, and what is suggested while one is typed."""

from itertools import groupby
from typing import Any
from uuid import UUID

from benchmarks.references.endpoint import Pool, Request
from benchmarks.references.rows.values import Row, answer, money
from benchmarks.references.search_statements import (
    BRANDS,
    CATEGORIES,
    FACETS,
    HITS,
    PRODUCTS,
    highlight,
    like_pattern,
    share,
)
from core.ids import encode_id


def _edge(row: Row) -> dict[str, Any]:
    return {
        "highlight": highlight(row["headline"]),
        "node": {
            "id": encode_id("product", row["id"]),
            "slug": row["slug"],
            "name": row["name"],
            "brand": row["brand"],
            "inStock": row["in_stock"],
            "priceRange": {"lowest": money(row["price_from_minor"], row["currency"])},
        },
    }


def _value(row: Row) -> dict[str, Any]:
    return {"value": row["value"], "count": row["number"]}


def _category(row: Row) -> dict[str, Any]:
    key: UUID = row["id"]
    return {
        "count": row["number"],
        "category": {"id": encode_id("category", key), "name": row["value"]},
    }


def _facets(rows: list[Row]) -> dict[str, Any]:
    facets = {name: list(several) for name, several in groupby(rows, lambda row: row["facet"])}
    lowest, highest = facets["lowest"][0]["number"], facets["highest"][0]["number"]
    return {
        "brands": [_value(row) for row in facets.get("brand", [])],
        "categories": [_category(row) for row in facets.get("category", [])],
        "prices": None if lowest is None else {"lowest": lowest, "highest": highest},
        "attributes": [
            {"key": key, "values": [_value(row) for row in several]}
            for key, several in groupby(facets.get("attribute", []), lambda row: row["key"])
        ],
    }


async def search(pool: Pool, request: Request) -> bytes:
    text, first = request.variables["query"].strip(), request.variables["first"]
    async with pool.acquire() as connection:
        hits = await connection.fetch(HITS, text, first + 1)
        facets = await connection.fetch(FACETS, text)
    found = {
        "totalCount": hits[0]["total"] if hits else 0,
        "edges": [_edge(row) for row in hits[:first]],
        "facets": _facets(facets),
        "pageInfo": {"hasNextPage": len(hits) > first},
    }
    return answer("search", found)


async def suggest(pool: Pool, request: Request) -> bytes:
    prefix, first = request.variables["prefix"].strip(), request.variables["first"]
    pattern, few = like_pattern(prefix), share(first)
    async with pool.acquire() as connection:
        brands = await connection.fetch(BRANDS, pattern, few)
        categories = await connection.fetch(CATEGORIES, prefix, few)
        products = await connection.fetch(PRODUCTS, pattern, first)
    kinds = (("BRAND", brands), ("CATEGORY", categories), ("PRODUCT", products))
    found = [{"text": row[0], "kind": kind} for kind, rows in kinds for row in rows]
    return answer("suggest", found[:first])
