"""The limit: each read is one statement whose JSON is sent on as it comes from PostgreSQL."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.references.endpoint import Connection, Endpoint, Handler, Pool, Request
from benchmarks.references.limit import commands
from benchmarks.references.limit.ids import ID_FUNCTION
from benchmarks.references.search_statements import like_pattern
from core.ids import decode_id

_FOLDER = Path(__file__).parent


def _uuid(public_id: str) -> UUID:
    return decode_id(public_id)[1]


def _list(request: Request) -> tuple[UUID, int]:
    return _uuid(request.variables["category"]), request.variables["first"]


def _detail(request: Request) -> tuple[str]:
    return (request.variables["slug"],)


def _search(request: Request) -> tuple[str, int]:
    return request.variables["query"].strip(), request.variables["first"]


def _suggest(request: Request) -> tuple[str, str, int]:
    prefix = request.variables["prefix"].strip()
    return prefix, like_pattern(prefix), request.variables["first"]


def _cart_read(request: Request) -> tuple[bytes]:
    return (request.cart_secret_hash,)


def _order_history(request: Request) -> tuple[UUID, int]:
    return request.account, request.variables["first"]


def _entities(request: Request) -> tuple[list[UUID]]:
    return ([_uuid(each["id"]) for each in request.variables["representations"]],)


def _read(operation: str, arguments: Callable[[Request], tuple[Any, ...]]) -> Handler:
    statement = (_FOLDER / f"{operation}.sql").read_text()

    async def handler(pool: Pool, request: Request) -> bytes:
        answer: str = await pool.fetchval(statement, *arguments(request))
        return answer.encode()

    return handler


_HANDLERS = {
    "list": _read("list", _list),
    "detail": _read("detail", _detail),
    "search": _read("search", _search),
    "suggest": _read("suggest", _suggest),
    "cart_read": _read("cart_read", _cart_read),
    "order_history": _read("order_history", _order_history),
    "entities": _read("entities", _entities),
    "cart_create": commands.cart_create,
    "cart_add": commands.cart_add,
    "checkout": commands.checkout,
}


async def _create_functions(connection: Connection) -> None:
    await connection.execute(ID_FUNCTION)
    for file in ("functions.sql", "commands.sql"):
        await connection.execute((_FOLDER / file).read_text())


def create_app() -> Endpoint:
    # Planning takes longer than running here, and the values do not change what plan is best.
    settings = {"plan_cache_mode": "force_generic_plan"}
    return Endpoint(_HANDLERS, prepare=_create_functions, settings=settings)
