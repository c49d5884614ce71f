"""The GraphQL endpoint's short way, in front of the one through FastAPI and Strawberry.

FastAPI takes 60 us to find a route and go through what it has around one.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import execution.direct
from app.authentication import INVALID_CREDENTIALS, refuse_credentials, viewer_of
from app.context import OperationContext
from app.graphql import GRAPHQL
from app.graphql_errors import error_answer
from app.graphql_http import persisted_document, status_of
from app.http_caching import KEPT_BY_NOBODY
from app.media_types import PARTS, answer_type, is_json
from execution.direct import Direct
from execution.errors import masked

# Many times what a document of the most tokens and its variables take.
MOST_BYTES = 1_000_000

_STREAMS = (PARTS, "text/event-stream")


class DirectGraphQL:
    """Answers what POST brings to the endpoint where it can, and leaves the rest to the app."""

    def __init__(self, app: ASGIApp, direct: Direct) -> None:
        self.app, self._direct = app, direct

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") != GRAPHQL or scope.get("method") != "POST":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            body = await _bounded_body(request)
        except ClientDisconnect:
            await self.app(scope, receive, send)
            return
        answer = _too_large(request) if body is None else await self._answer(request, body)
        if answer is not None:
            await answer(scope, receive, send)
        else:
            await self.app(scope, _again(body, receive), send)

    async def _answer(self, request: Request, body: bytes) -> Response | None:
        media_type = _plain_type(request)
        asked = None if media_type is None else _read(body)
        if media_type is None or asked is None:
            return None
        try:
            viewer = await viewer_of(request)
        except INVALID_CREDENTIALS as error:
            return await refuse_credentials(request, error)
        context = OperationContext(request.app.state.resources, viewer)
        answer = await self._direct.answer(asked, context)
        return None if answer is None else _response(request, answer, media_type, context.headers)


async def _bounded_body(request: Request) -> bytes | None:
    """Read a body, or None as soon as it is too large; raises ClientDisconnect where it ends."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _too_large(request: Request) -> Response:
    message = f"A request has at most {MOST_BYTES:,} bytes."
    error = {"message": message, "extensions": {"code": "CONTENT_TOO_LARGE"}}
    return error_answer(request, 413, error)


def _plain_type(request: Request) -> str | None:
    """Return the media type to answer in, or None for what is not sent and taken as JSON."""
    accept = request.headers.get("Accept", "*/*")
    if not is_json(request.headers.get("Content-Type")) or any(each in accept for each in _STREAMS):
        return None
    return answer_type(accept)


def _response(
    request: Request, answer: Mapping[str, Any], media_type: str, headers: Mapping[str, str]
) -> Response:
    try:
        body, status = orjson.dumps(answer), status_of(answer, media_type)
    except Exception as error:  # noqa: BLE001 - whatever it is, the log has it.
        return error_answer(request, 500, masked(error).formatted)
    content_type = f"{media_type}; charset=utf-8"
    return Response(body, status, {**headers, **KEPT_BY_NOBODY, "Content-Type": content_type})


def _read(body: bytes) -> execution.direct.Request | None:
    """Return what a body asks, or None for what is not like most: the endpoint knows why."""
    try:
        given: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(given, dict):
        return None
    query, variables = given.get("query"), given.get("variables")
    name, extensions = given.get("operationName"), given.get("extensions")
    if not (
        isinstance(query, str | None)
        and isinstance(variables, dict | None)
        and isinstance(name, str | None)
        and isinstance(extensions, dict | None)
    ):
        return None
    if not query and (persisted := persisted_document(given)):
        extensions = {**(extensions or {}), "persistedQuery": persisted}
    return execution.direct.Request(query or None, variables, name or None, extensions)


def _again(body: bytes | None, receive: Receive) -> Receive:
    """Return what gives a body that has been read once more."""
    unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return unread.pop() if unread else await receive()

    return receive_again
