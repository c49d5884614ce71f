"""A client of graphql-transport-ws that sends what it likes."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets import Origin, Subprotocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.live import FollowedOrder

PATIENCE = 20
TYPE_NAME = {"query": "{ __typename }"}
INIT = {"type": "connection_init"}


class Socket:
    """A client that sends what it likes, and hears all that is said."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, message: object) -> None:
        text = message if isinstance(message, str | bytes) else json.dumps(message)
        await self._connection.send(text)

    async def hear(self) -> Any:
        async with asyncio.timeout(PATIENCE):
            return json.loads(await self._connection.recv())

    async def closed(self) -> tuple[int, str]:
        """Wait for the end, before which nothing may be said, and return its code and reason."""
        with pytest.raises(ConnectionClosed) as ended:
            raise AssertionError(await self.hear())
        assert ended.value.rcvd is not None
        return ended.value.rcvd.code, ended.value.rcvd.reason

    async def open(self, **payload: object) -> None:
        await self.send(INIT | {"payload": payload})
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, id: str, payload: Mapping[str, object] = TYPE_NAME) -> None:  # noqa: A002 - the protocol's name.
        await self.send({"id": id, "type": "subscribe", "payload": payload})

    async def error(self) -> tuple[str, str]:
        """Return the id of an operation that ends with one error, and its code."""
        said = await self.hear()
        assert said["type"] == "error"
        (error,) = said["payload"]
        return said["id"], error["extensions"]["code"]


@asynccontextmanager
async def socket(
    port: int,
    *,
    origin: str | None = None,
    protocols: tuple[str, ...] = ("graphql-transport-ws",),
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Socket]:
    async with connect(
        f"ws://127.0.0.1:{port}/graphql",
        origin=None if origin is None else Origin(origin),
        subprotocols=list(map(Subprotocol, protocols)) or None,
        additional_headers=headers,
        proxy=None,
    ) as connection:
        yield Socket(connection)


async def follow(socket: Socket, id: str, order: FollowedOrder) -> None:  # noqa: A002 - the protocol's name.
    """Follow an order, and hear of its state."""
    await socket.subscribe(id, order.follow)
    said = await socket.hear()
    assert (said["id"], said["type"]) == (id, "next")
    assert said["payload"]["data"]["orderUpdated"]["order"] == {"id": order.public_id}
