"""Clients that follow orders, and go on where they were when their connection is lost."""

import asyncio
import itertools
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets import Subprotocol
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.e2e.storm import websocket

# What a client sees of a server that was killed, or is not there yet.
LOST = (httpx.HTTPError, WebSocketException, OSError, TimeoutError)
# More often, a hundred clients would keep a machine busy with what they do in vain.
RECONNECT_SECONDS = 0.5


class RefusedError(Exception):
    """The server answered with an error."""


@dataclass
class Follower:
    """A client that remembers the events it was told of, and the last cursor."""

    token: str
    query: str
    variables: dict[str, str]
    is_socket: bool
    http: httpx.AsyncClient
    events: list[str] = field(default_factory=list)
    cursor: str | None = None
    connections: int = 0

    @property
    def body(self) -> dict[str, Any]:
        return {"query": self.query, "variables": {**self.variables, "after": self.cursor}}

    async def follow(self, urls: Sequence[str], expected: int) -> None:
        """Follow until so many events were told, at one server after another."""
        for url in itertools.cycle(urls):
            if len(self.events) >= expected:
                return
            try:
                self.connections += 1
                async with aclosing(self._updates(url)) as updates:
                    async for update in updates:
                        self._hear(update)
                        if len(self.events) >= expected:
                            return
            except LOST:
                await asyncio.sleep(RECONNECT_SECONDS)

    def _hear(self, answer: dict[str, Any]) -> None:
        if "errors" in answer:
            raise RefusedError(answer["errors"])
        (update,) = answer["data"].values()
        if update["eventId"] is not None:
            self.events.append(update["eventId"])
        self.cursor = update["cursor"]

    def _updates(self, url: str) -> AsyncGenerator[dict[str, Any]]:
        return self._by_socket(url) if self.is_socket else self._by_stream(url)

    async def _by_socket(self, url: str) -> AsyncGenerator[dict[str, Any]]:
        protocol = Subprotocol("graphql-transport-ws")
        async with connect(websocket(url), subprotocols=[protocol], proxy=None) as socket:
            init = {"type": "connection_init", "payload": {"Authorization": self.token}}
            await socket.send(json.dumps(init))
            assert json.loads(await socket.recv())["type"] == "connection_ack"
            subscribe = {"id": "1", "type": "subscribe", "payload": self.body}
            await socket.send(json.dumps(subscribe))
            async for text in socket:
                message = json.loads(text)
                if message["type"] == "error":
                    raise RefusedError(message["payload"])
                if message["type"] == "next":
                    yield message["payload"]

    async def _by_stream(self, url: str) -> AsyncGenerator[dict[str, Any]]:
        headers = {"Accept": "text/event-stream", "Authorization": self.token}
        async with (
            self.http.stream("POST", f"{url}/graphql", json=self.body, headers=headers) as answer,
        ):
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                if line.startswith("data: {"):
                    yield json.loads(line.removeprefix("data: "))


@dataclass
class Poller:
    """A program that asks the feed again and again for what is new."""

    key: str
    http: httpx.AsyncClient
    events: list[str] = field(default_factory=list)
    cursor: str | None = None

    async def poll(self, urls: Sequence[str], expected: int) -> None:
        """Ask one server after another until so many events were told."""
        for url in itertools.cycle(urls):
            if len(self.events) >= expected:
                return
            try:
                await self._ask(url)
            except LOST:
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _ask(self, url: str) -> None:
        params = {"first": "100"} | ({} if self.cursor is None else {"after": self.cursor})
        headers = {"X-API-Key": self.key}
        answer = await self.http.get(f"{url}/v1/events", params=params, headers=headers)
        # A server whose database or Redis is away says so.
        answer.raise_for_status()
        page = answer.json()
        self.events += [each["id"] for each in page["events"]]
        self.cursor = page["next"]
        if not page["events"]:
            await asyncio.sleep(RECONNECT_SECONDS)
