"""Results over HTTP as they come: server-sent events, and Apollo's multipart subscriptions."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from functools import partial
from typing import Any, cast

import anyio
from cross_web import AsyncHTTPRequestAdapter
from fastapi import Request
from graphql.execution import SubsequentIncrementalExecutionResult
from starlette.responses import Response, StreamingResponse
from starlette.types import Send
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData, GraphQLRequestProtocol
from strawberry.http.parse_content_type import parse_content_type
from strawberry.http.streaming import (
    HTTPStreamTransport,
    MultipartSubscriptionTransport,
    MultipartTransport,
)
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, MULTIPART_SUBSCRIPTION_PROTOCOL
from strawberry.types import ExecutionResult, SubscriptionExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from app.authentication import API_KEY
from app.connections import TooManyConnections
from app.context import OperationContext
from app.event_streams import EventStream
from app.graphql_http import GraphQLOverHTTP
from app.media_types import accepts_parts
from core.cursors import StreamPlace
from core.viewer import Viewer
from execution.errors import code_later_errors, refused
from services.api_keys import InvalidApiKey, StoredKeys

# Proxies take a connection for dead that has been silent for a minute or less.
HEARTBEAT_SECONDS = 5.0

Results = AsyncGenerator[Any, None]

# Asks proxies, and nginx by name, to pass on at once what comes.
_UNBUFFERED = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


class MultipartStream(MultipartSubscriptionTransport):
    """Apollo's protocol, each result a part of a body that goes on.

    https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol
    """

    @property
    def opening(self) -> str:
        return f"--{self.separator}"

    @property
    def headers(self) -> Mapping[str, str]:
        return {
            # Without quotation marks: gql looks for these very letters.
            "Content-Type": f"multipart/mixed;boundary={self.separator};subscriptionSpec=1.0",
        } | _UNBUFFERED

    def accepts(self, accept: str) -> bool:
        ranges = map(parse_content_type, accept.split(","))
        return any(self.accepts_content_type(*each) for each in ranges)

    def accepts_content_type(self, content_type: str, params: dict[str, str]) -> bool:
        # The boundary is the sender's to choose, whatever a client names.
        return content_type == "multipart/mixed" and params.get("subscriptionspec") == "1.0"

    def allowed_operation_types(self, allowed: set[OperationType]) -> set[OperationType]:
        # Some clients accept it whatever they send.
        return allowed

    def encode_complete(self) -> str:
        # Each part is followed by a boundary already, for clients look at none before.
        return "--\r\n"


class DeferredParts(MultipartTransport):
    """What is there of an answer as the first part, and what was deferred as the next ones.

    https://specs.apollo.dev/incremental/v0.2/
    """

    @property
    def headers(self) -> Mapping[str, str]:
        media_type = f'multipart/mixed;boundary="{self.separator}";incrementalSpec=v0.2'
        return {"Content-Type": media_type} | _UNBUFFERED


class LiveResponse(StreamingResponse):
    """Sends parts when they come, and a heartbeat every few seconds, until the process stops.

    What `refusal` returns, when it does, is the last part: who asked may not go on.
    """

    def __init__(
        self,
        parts: AsyncGenerator[str, None],
        heartbeat: str,
        headers: Mapping[str, str],
        stopping: asyncio.Event,
        refusal: Callable[[], Awaitable[str]] | None,
    ) -> None:
        super().__init__(parts, headers=headers)
        self._parts, self._heartbeat, self._stopping = parts, heartbeat, stopping
        self._refusal, self._last = refusal, ""

    async def stream_response(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with anyio.create_task_group() as group, aclosing(self._parts):
            group.start_soon(self._beat, send)
            group.start_soon(self._stop, group.cancel_scope)
            if self._refusal is not None:
                group.start_soon(self._refuse, self._refusal, group.cancel_scope)
            async for part in self._parts:
                await _send_body(send, part)
            group.cancel_scope.cancel()
        # Where it was stopped, what says that the operation is complete is missing, and so clients
        # subscribe again, elsewhere.
        await send({"type": "http.response.body", "body": self._last.encode()})

    async def _beat(self, send: Send) -> None:
        while True:
            await anyio.sleep(HEARTBEAT_SECONDS)
            await _send_body(send, self._heartbeat)

    async def _stop(self, scope: anyio.CancelScope) -> None:
        await self._stopping.wait()
        scope.cancel()

    async def _refuse(
        self, refusal: Callable[[], Awaitable[str]], scope: anyio.CancelScope
    ) -> None:
        self._last = await refusal()
        scope.cancel()


async def _send_body(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


_TRANSPORTS: Mapping[str, type[HTTPStreamTransport]] = {
    MULTIPART_SUBSCRIPTION_PROTOCOL: MultipartStream,
    GRAPHQL_SSE_PROTOCOL: EventStream,
}


class StreamingGraphQL(GraphQLOverHTTP):
    """The endpoint, for clients that accept a stream too."""

    stream_transport_classes_by_protocol = _TRANSPORTS
    multipart_transport_class = DeferredParts

    async def execute_operation(
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        request_data: GraphQLRequestData | list[GraphQLRequestData],
        context: OperationContext,
        root_value: None,
        sub_response: Response,
    ) -> ExecutionResult | list[ExecutionResult] | SubscriptionExecutionResult:
        if isinstance(request_data, GraphQLRequestData) and request_data.protocol == "sse":
            context.place = StreamPlace(request.headers.get("Last-Event-ID"))
        request.state.place = context.place or StreamPlace()
        is_plain = isinstance(request_data, GraphQLRequestData) and request_data.protocol == "http"
        context.takes_parts = is_plain and accepts_parts(request.headers.get("Accept", ""))
        result = await super().execute_operation(
            request, request_adapter, request_data, context, root_value, sub_response
        )
        if isinstance(result, SubscriptionExecutionResult):
            counted = _counted(cast("Results", result), request, context.viewer)
            return cast("SubscriptionExecutionResult", counted)
        return result

    async def _create_streaming_response(
        self,
        request: Request,
        result: SubscriptionExecutionResult,
        protocol: GraphQLRequestProtocol,
        sub_response: Response,
    ) -> Response:
        del sub_response
        transport = cast("EventStream | MultipartStream", self._get_stream_transport(protocol))
        heartbeat = transport.heartbeat_message(self.encode_json_string)
        parts = self._parts(request, cast("Results", result), transport)
        api_key = request.headers.get(API_KEY)
        keys: StoredKeys = request.app.state.resources.api_keys
        refusal = partial(self._refusal, keys, api_key, transport) if api_key else None
        stopping = request.app.state.stopping
        return LiveResponse(parts, heartbeat, transport.headers, stopping, refusal)

    async def _refusal(
        self, keys: StoredKeys, api_key: str, transport: EventStream | MultipartStream
    ) -> str:
        """Wait for the end of the key that the client called with, and tell of it."""
        try:
            await keys.watch(api_key)
        except InvalidApiKey as error:
            answer: GraphQLHTTPResponse = {"data": None, "errors": [refused(error).formatted]}
            last = transport.encode_next(answer, self.encode_json_string)
            return last + transport.encode_complete()

    async def _process_stream_result(
        self,
        request: Request,
        value: Any,  # noqa: ANN401 - Strawberry's.
        all_pending: list[Any],
    ) -> tuple[GraphQLHTTPResponse, list[Any]]:
        if isinstance(value, SubsequentIncrementalExecutionResult):
            code_later_errors(value)
        answer, pending = await super()._process_stream_result(request, value, all_pending)
        if not answer.get("extensions"):
            answer.pop("extensions", None)
        return answer, pending

    async def _parts(
        self, request: Request, results: Results, transport: EventStream | MultipartStream
    ) -> AsyncGenerator[str, None]:
        if transport.opening:
            yield transport.opening
        pending: list[Any] = []
        place: StreamPlace = request.state.place
        told = place.cursor
        async with aclosing(results):
            async for result in results:
                answer, pending = await self._process_stream_result(request, result, pending)
                part = transport.encode_next(answer, self.encode_json_string)
                if isinstance(transport, EventStream) and place.cursor not in {None, told}:
                    told = place.cursor
                    part = transport.with_id(part, told)
                yield part
        yield transport.encode_complete()


async def _counted(results: Results, request: Request, viewer: Viewer) -> Results:
    """Pass results on, where the viewer may have one more connection for them."""
    try:
        with request.app.state.resources.connections.held(viewer):
            async with aclosing(results):
                async for result in results:
                    yield result
    except TooManyConnections as error:
        yield PreExecutionError(data=None, errors=[refused(error)])
