"""Subscribers by graphql-transport-ws, each on a socket of its own, in a process beside ours."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any, TypeAlias

from websockets import Subprotocol
from websockets.asyncio.client import ClientConnection, connect

# The public id of an order, and what happened to it.
Key: TypeAlias = tuple[str, str]

_PROTOCOL = Subprotocol("graphql-transport-ws")
_OPENING_AT_ONCE = 32
_FIRST_STATE_SECONDS = 30
_PATIENCE_SECONDS = 30
# What is told twice, is told again within so long.
_LINGER_SECONDS = 1


class SubscriberError(Exception):
    """A subscriber was refused, or lost its connection."""


@dataclass(frozen=True)
class Subscription:
    """What one subscriber sends; `token` is its `Authorization`."""

    token: str
    query: str
    variables: dict[str, str]


@dataclass(frozen=True)
class Arrival:
    """An event that a subscriber was told, and when by the clock of `monotonic`."""

    key: Key
    at: float


class Subscribers:
    """The end of ours to a process of subscribers, all of whom have heard their first state."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def arrivals(self, expected: int) -> list[Arrival]:
        """Wait for so many events, but not for ever, and return all that came.

        Raises SubscriberError where one of the subscribers is gone.
        """
        self._pipe.send(expected)
        arrived: list[Arrival] = _received(self._pipe)
        return arrived


@contextmanager
def subscribed(url: str, subscriptions: Sequence[Subscription]) -> Iterator[Subscribers]:
    """Subscribe in a new process until the context ends.

    Raises SubscriberError where not all subscribers hear a first state.
    """
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_run, args=(theirs, url, subscriptions))
    process.start()
    theirs.close()
    try:
        _received(ours)
        yield Subscribers(ours)
    finally:
        process.terminate()
        process.join()


def _received(pipe: Connection) -> Any:  # noqa: ANN401 - The other end knows what it sends.
    try:
        return pipe.recv()
    except EOFError as error:
        raise SubscriberError("The process of the subscribers ended; see above.") from error


def _run(pipe: Connection, url: str, subscriptions: Sequence[Subscription]) -> None:
    asyncio.run(_Audience(url).serve(pipe, subscriptions))


class _Audience:
    """The sockets of one process, and what they have heard."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opening = asyncio.Semaphore(_OPENING_AT_ONCE)
        self._arrivals: list[Arrival] = []

    async def serve(self, pipe: Connection, subscriptions: Sequence[Subscription]) -> None:
        async with asyncio.TaskGroup() as group:
            opened = [group.create_task(self._open(each)) for each in subscriptions]
            for each in await asyncio.gather(*opened):
                group.create_task(self._listen(each))
            pipe.send("All have heard their first state.")
            while True:
                expected = await asyncio.to_thread(pipe.recv)
                await self._wait(expected)
                pipe.send(self._arrivals)

    async def _open(self, subscription: Subscription) -> ClientConnection:
        # Pings are the server's; compression is offered, as browsers do.
        async with self._opening, asyncio.timeout(_FIRST_STATE_SECONDS):
            socket = await connect(
                self._url, subprotocols=[_PROTOCOL], proxy=None, ping_interval=None
            )
            payload = {"Authorization": subscription.token}
            await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
            await socket.recv()
            body = {"query": subscription.query, "variables": subscription.variables}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": body}))
            self._hear(await socket.recv())
            return socket

    async def _listen(self, socket: ClientConnection) -> None:
        async for text in socket:
            self._hear(text)
        raise SubscriberError(f"The server closed a socket: {socket.close_reason}")

    def _hear(self, text: str | bytes) -> None:
        now = monotonic()
        message = json.loads(text)
        if message["type"] != "next" or "errors" in message["payload"]:
            raise SubscriberError(message)
        (update,) = message["payload"]["data"].values()
        if update["eventId"] is not None:
            key = (update["order"]["id"], update["eventType"])
            self._arrivals.append(Arrival(key, now))

    async def _wait(self, expected: int) -> None:
        deadline = monotonic() + _PATIENCE_SECONDS
        # What listens in this process hears all that it gets, and need not say so each time.
        while len(self._arrivals) < expected and monotonic() < deadline:  # noqa: ASYNC110 - as told.
            await asyncio.sleep(0.1)
        await asyncio.sleep(_LINGER_SECONDS)
