"""What changes carts and orders; all but the three steps of a checkout is in `commands.sql`."""

import secrets
from uuid import UUID

import orjson

from benchmarks.references.endpoint import Pool, Request
from core.ids import decode_id

_CREATE = """
SELECT json_build_object('data', json_build_object(
    'cartCreate', bench_cart_create($1, $2, $3)
))::text
"""
_ADD = """
SELECT json_build_object('data', json_build_object(
    'cartLinesAdd', bench_cart_add($1, $2, $3)
))::text
"""
_PLACE = "SELECT * FROM bench_place_order($1, $2, $3, 'standard', 'success', $4)"
_CHARGE = """
INSERT INTO sandbox_charges (payment_id, status, amount_minor, currency)
VALUES ($1, 'charged', $2, $3) ON CONFLICT DO NOTHING
"""
_CONFIRM = """
SELECT json_build_object('data', json_build_object(
    'checkoutComplete', bench_confirm_order($1)
))::text
"""


def _lines(request: Request) -> tuple[list[UUID], list[int]]:
    lines = request.variables["lines"]
    return [decode_id(line["variant"])[1] for line in lines], [line["quantity"] for line in lines]


async def cart_create(pool: Pool, request: Request) -> bytes:
    answer: str = await pool.fetchval(_CREATE, secrets.token_urlsafe(32), *_lines(request))
    return answer.encode()


async def cart_add(pool: Pool, request: Request) -> bytes:
    answer: str = await pool.fetchval(_ADD, request.cart_secret_hash, *_lines(request))
    return answer.encode()


async def checkout(pool: Pool, request: Request) -> bytes:
    """Place the order, ask the provider, and confirm: each step is a transaction of its own."""
    given = request.variables
    _, cart = decode_id(given["cart"])
    address = orjson.dumps(request.address).decode()
    async with pool.acquire() as connection:
        ((refusal, payment, amount, currency),) = await connection.fetch(
            _PLACE, cart, request.cart_secret_hash, given["email"], address
        )
        if refusal is not None:
            errors = [{"__typename": refusal}]
            return orjson.dumps({"data": {"checkoutComplete": {"order": None, "errors": errors}}})
        await connection.execute(_CHARGE, payment, amount, currency)
        answer: str = await connection.fetchval(_CONFIRM, payment)
    return answer.encode()
