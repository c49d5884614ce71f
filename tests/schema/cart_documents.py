"""The documents of cart mutations, and what tests ask of their answers."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table

from core.database import Database
from core.ids import encode_id
from models import Base
from tests.graph import Graph

FIELDS = """
    cart { id version itemCount lines(first: 100) { nodes { id quantity variant { sku } } } }
    errors { __typename ... on UserError { code message path } }
"""
# A document may only ask for the refusals that its mutation knows.
DATA = """
    errors {
        ... on VersionConflict { current }
        ... on OutOfStock { available variant { sku } }
        ... on QuantityOutOfRange { minimum maximum }
        ... on CurrencyMismatch { cartCurrency variantCurrency }
        ... on TooManyLines { maximum }
    }
"""
CREATE = f"""mutation ($lines: [CartLineInput!], $key: String) {{
    cartCreate(lines: $lines, idempotencyKey: $key) {{ secret {FIELDS} }}
}}"""
ADD = f"""mutation ($cart: ID, $lines: [CartLineInput!]!, $version: Int, $key: String) {{
    cartLinesAdd(cart: $cart, lines: $lines, expectedVersion: $version, idempotencyKey: $key) {{
        {FIELDS} {DATA}
    }}
}}"""
UPDATE = f"""mutation ($cart: ID, $lines: [CartLineUpdateInput!]!, $version: Int) {{
    cartLinesUpdate(cart: $cart, lines: $lines, expectedVersion: $version) {{ {FIELDS} }}
}}"""
REMOVE = f"""mutation ($cart: ID, $lines: [ID!]!, $version: Int) {{
    cartLinesRemove(cart: $cart, lines: $lines, expectedVersion: $version) {{ {FIELDS} }}
}}"""
CLEAR = f"""mutation ($cart: ID, $version: Int) {{
    cartClear(cart: $cart, expectedVersion: $version) {{ {FIELDS} }}
}}"""
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


def variant_id(variant: UUID) -> str:
    return encode_id("variant", variant)


def line(variant: UUID, quantity: int = 1) -> dict[str, object]:
    return {"variant": variant_id(variant), "quantity": quantity}


async def run(graph: Graph, document: str, **variables: object) -> Any:
    """Return the payload of a document's one mutation."""
    [payload] = (await graph.data(document, **variables)).values()
    return payload


async def done(graph: Graph, document: str, **variables: object) -> Any:
    """Return the cart that a mutation without a refusal changed."""
    payload = await run(graph, document, **variables)
    assert payload["errors"] == []
    return payload["cart"]


async def refused(graph: Graph, document: str, **variables: object) -> dict[str, Any]:
    """Return the one refusal of a mutation, without the words for people."""
    payload = await run(graph, document, **variables)
    assert payload["cart"] is None
    [error] = payload["errors"]
    assert error.pop("message").endswith(".")
    refusal: dict[str, Any] = error
    return refusal


async def stored(database: Database) -> list[Any]:
    """Return all rows of carts and of keys."""
    names = ("carts", "cart_lines", "idempotency_records")
    tables: list[Table] = [Base.metadata.tables[name] for name in names]
    return [
        sorted(map(tuple, await database.fetch(table.select(), {})), key=str) for table in tables
    ]


def contents(cart: dict[str, Any]) -> dict[str, int]:
    return {node["variant"]["sku"]: node["quantity"] for node in cart["lines"]["nodes"]}
