"""GraphQL over WebSocket: graphql-transport-ws by Strawberry, with limits and codes of ours.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, aclosing, suppress
from typing import Any, cast

from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)
from strawberry.types import ExecutionResult

from app.authentication import API_KEY, INVALID_CREDENTIALS, viewer_from
from app.connections import TooManyConnections
from app.context import OperationContext
from app.resources import Resources
from app.socket_messages import fault_of
from core.errors import DomainError, TooManyAttempts
from core.tokens import InvalidAccessToken
from execution.errors import refused
from services.api_keys import InvalidApiKey

NORMAL = 1000
# Closed with one of these, clients stop. With 4403, which the protocol has for a refusal too, they
# try again for a minute, and whoever waits for a subscription is told nothing until then.
UNAUTHORIZED = 4401
TOO_MANY = 4429

# A close frame has room for no more (RFC 6455, section 5.5).
_REASON_BYTES = 123


class TooManyOperations(DomainError):
    """As many operations run on the socket as may."""

    code = "TOO_MANY_OPERATIONS"

    def __init__(self, limit: int) -> None:
        message = f"{limit} operations run on this socket already: complete one first."
        super().__init__(message, limit=limit)


class Socket(ASGIWebSocketAdapter):
    """Strawberry's socket, which may be gone before something is sent or it is closed."""

    async def send_json(self, message: Any) -> None:  # noqa: ANN401 - Strawberry's.
        if self._is_gone():
            raise WebSocketDisconnected
        await super().send_json(message)

    async def close(self, code: int, reason: str) -> None:
        if not self._is_gone():
            with suppress(WebSocketDisconnect):
                await super().close(code, _cut(reason))

    def _is_gone(self) -> bool:
        return WebSocketState.DISCONNECTED in {self.ws.application_state, self.ws.client_state}


def _is_over(result: ExecutionResult) -> bool:
    """Tell an error of the request or its root from those of one event, which are further down."""
    paths = [error.path or () for error in result.errors or ()]
    return result.data is None and any(len(path) <= 1 for path in paths)


def _cut(reason: str) -> str:
    return reason.encode()[:_REASON_BYTES].decode(errors="ignore")


class SocketHandler(BaseGraphQLTransportWSHandler[OperationContext, None]):
    """Serves one socket: says who its viewer is, and closes it when it has no use any more."""

    _idling: asyncio.Task[None] | None = None
    _watching: asyncio.Task[None] | None = None
    # What requests extend, by the ids of operations that have not begun.
    _extensions: dict[str, dict[str, Any] | None]

    @property
    def _resources(self) -> Resources:
        return cast("Resources", self._connection.app.state.resources)

    @property
    def _connection(self) -> WebSocket:
        return cast("WebSocket", self.context.request)

    async def handle(self) -> None:
        self._extensions = {}
        with ExitStack() as self._held:
            await super().handle()

    async def shutdown(self) -> None:
        await super().shutdown()
        self._end_idling()
        if self._watching is not None:
            self._watching.cancel()

    async def handle_message(self, message: Message) -> None:
        fault = fault_of(message)
        if fault is not None:
            await self.handle_invalid_message(fault)
            return
        await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        if not self.connection_init_received:
            try:
                given = self._given(message.get("payload") or {})
                viewer = await viewer_from(self._connection, given)
                self._held.enter_context(self._resources.connections.held(viewer))
            except (TooManyAttempts, TooManyConnections) as error:
                await self.websocket.close(TOO_MANY, str(error))
                return
            except INVALID_CREDENTIALS as error:
                await self.websocket.close(UNAUTHORIZED, str(error))
                return
            self.context.viewer = viewer
            if viewer.key is not None:
                watch = self._close_with_key(given[API_KEY.lower()])
                self._watching = asyncio.create_task(watch)
        await super().handle_connection_init(message)
        self._begin_idling()

    def _given(self, payload: dict[str, object]) -> dict[str, str]:
        """Return what a request has in headers, where browsers can set none."""
        own = {name.lower(): value for name, value in payload.items() if isinstance(value, str)}
        return {**self._connection.headers, **own}

    async def _close_with_key(self, api_key: str) -> None:
        try:
            await self._resources.api_keys.watch(api_key)
        except InvalidApiKey as error:
            await self.websocket.close(UNAUTHORIZED, str(error))

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        refusal = self._refusal(message["id"])
        if refusal is None:
            self._extensions[message["id"]] = message["payload"].get("extensions")
            await super().handle_subscribe(message)
            return
        payload = [refused(refusal).formatted]
        await self.send_message({"id": message["id"], "type": "error", "payload": payload})

    def _refusal(self, id: str) -> DomainError | None:  # noqa: A002 - the protocol's name.
        if not self.connection_acknowledged or id in self.operations:
            # Strawberry closes the socket for either.
            return None
        if not self.context.viewer.seconds_left():
            return InvalidAccessToken()
        limit = self._resources.settings.socket_operations
        return TooManyOperations(limit) if len(self.operations) >= limit else None

    async def run_operation(self, operation: Operation[OperationContext, None]) -> None:
        self._end_idling()
        try:
            await self._run(operation)
        except Exception as error:  # noqa: BLE001 - Whatever it is, the log has it.
            await self.handle_task_exception(error)
            with suppress(Exception):
                await self._complete(operation)
        finally:
            if not self.operations:
                self._begin_idling()

    async def _run(self, operation: Operation[OperationContext, None]) -> None:
        """Do as Strawberry does, which would leave out what the request extends."""
        results = await self.schema.stream(
            operation.query,
            variable_values=operation.variables,
            context_value=self.context,
            operation_name=operation.operation_name,
            operation_extensions=self._extensions.pop(operation.id, None),
        )
        async with aclosing(results):
            await self._send_result_stream(operation, results)
        await self._complete(operation)

    async def cleanup_operation(self, operation_id: str) -> None:
        # What is completed in the same breath never begins.
        self._extensions.pop(operation_id, None)
        await super().cleanup_operation(operation_id)

    async def _complete(self, operation: Operation[OperationContext, None]) -> None:
        await operation.send_operation_message({"id": operation.id, "type": "complete"})

    async def _send_result_stream(
        self,
        operation: Operation[OperationContext, None],
        result_source: AsyncIterator[Any],
    ) -> None:
        async for result in result_source:
            if _is_over(result):
                # Strawberry would close the socket, with its other operations, for a document that
                # does not parse; and send a subscription's own error as if it were an event.
                await operation.send_initial_errors(result.errors or [])
                return
            await operation.send_next(result)

    async def handle_task_exception(self, error: Exception) -> None:
        # Nothing is wrong when a client goes before it is told something.
        if not isinstance(error, WebSocketDisconnected):
            await super().handle_task_exception(error)

    def _begin_idling(self) -> None:
        self._end_idling()
        self._idling = asyncio.create_task(self._close_idle())

    def _end_idling(self) -> None:
        if self._idling is not None:
            self._idling.cancel()

    async def _close_idle(self) -> None:
        """Close the socket where nothing runs on it for long, or ever will: its token has ended.

        Clients that want more make a new one, with a new token.
        """
        idle = self._resources.settings.socket_idle_seconds
        await asyncio.sleep(min(idle, self.context.viewer.seconds_left()))
        await self.websocket.close(NORMAL, "Nothing runs on this socket.")
