"""The limit: each read is one statement whose JSON is sent on as it comes from PostgreSQL."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.references.endpoint import Connection, Endpoint, Handler, Pool, Request
from benchmarks.references.limit.functions import FUNCTIONS
from core.ids import decode_id

_FOLDER = Path(__file__).parent


def _uuid(public_id: str) -> UUID:
    return decode_id(public_id)[1]


def _read(operation: str, arguments: Callable[[Request], tuple[Any, ...]]) -> Handler:
    statement = (_FOLDER / f"{operation}.sql").read_text()

    async def handler(pool: Pool, request: Request) -> bytes:
        answer: str = await pool.fetchval(statement, *arguments(request))
        return answer.encode()

    return handler


_HANDLERS = {
    "list": _read("list", lambda it: (_uuid(it.variables["category"]), it.variables["first"])),
}


async def _create_functions(connection: Connection) -> None:
    await connection.execute(FUNCTIONS)


def create_app() -> Endpoint:
    # Planning takes longer than running here, and the values do not change what plan is best.
    settings = {"plan_cache_mode": "force_generic_plan"}
    return Endpoint(_HANDLERS, prepare=_create_functions, settings=settings)
