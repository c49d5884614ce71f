"""The HTTP side of `limit` and `rows`: a bare ASGI application, `POST /{operation}`."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import orjson
from pydantic.alias_generators import to_camel

from benchmarks.references.callers import account_of, secret_hash

CONNECTIONS = 10

ADDRESS = ("recipient", "line1", "line2", "postal_code", "city", "region", "country_code")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
# asyncpg's classes take parameters in its stubs only.
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Prepare = Callable[["Connection"], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """The variables of an operation, and the headers that say who asks, by their small names."""

    variables: dict[str, Any]
    headers: Mapping[bytes, bytes]

    @property
    def account(self) -> UUID:
        return account_of(self.headers[b"authorization"].decode())

    @property
    def cart_secret_hash(self) -> bytes:
        return secret_hash(self.headers[b"x-cart-secret"].decode())

    @property
    def address(self) -> dict[str, str]:
        """The address that an order goes to, as the table keeps it."""
        given = self.variables["shippingAddress"]
        return {name: given.get(to_camel(name), "") for name in ADDRESS}


Handler = Callable[[Pool, Request], Awaitable[bytes]]


async def _keep(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Return a connection to the pool as it is, since no handler leaves anything in its session.

    What asyncpg does instead is a statement more for each request.
    """


async def _body(receive: Receive) -> bytearray:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


class Endpoint:
    """Answers each operation with the bytes of its handler.

    `prepare` is run once, before any; `settings` are PostgreSQL's, for each connection.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        *,
        prepare: Prepare | None = None,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._handlers = {f"/{operation}": handler for operation, handler in handlers.items()}
        self._prepare = prepare
        self._settings = dict(settings)
        self._pool: Pool | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with self._open_pool() as self._pool:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    @asynccontextmanager
    async def _open_pool(self) -> AsyncIterator[Pool]:
        url = os.environ["BENCH_DATABASE_URL"]
        async with asyncpg.create_pool(
            url, min_size=1, max_size=CONNECTIONS, server_settings=self._settings, reset=_keep
        ) as pool:
            if self._prepare is not None:
                async with pool.acquire() as connection:
                    await self._prepare(connection)
            yield pool

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = self._handlers.get(scope["path"])
        if self._pool is None or handler is None:
            status, body = 404, b'{"error":"no such operation"}'
        else:
            request = Request(orjson.loads(await _body(receive)), dict(scope["headers"]))
            status, body = 200, await handler(self._pool, request)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
