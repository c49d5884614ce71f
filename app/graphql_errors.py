"""Answers of the GraphQL endpoint where there is no result: errors in GraphQL's own shape."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from app.media_types import JSON, answer_type

NOT_KEPT = "no-store"
ALLOWED_METHODS = "GET, HEAD, POST, OPTIONS"


def error_answer(
    request: HTTPConnection,
    status: int,
    error: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with one formatted error, in the media type that the client asks for."""
    media_type = answer_type(request.headers.get("Accept")) or JSON
    kept = {"Cache-Control": NOT_KEPT, **(headers or {})}
    return JSONResponse({"errors": [error]}, status, kept, f"{media_type}; charset=utf-8")


def refusal(
    request: HTTPConnection, status: int, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer what HTTP has a status for; the name of the status is the code."""
    error = {"message": message, "extensions": {"code": HTTPStatus(status).name}}
    return error_answer(request, status, error, headers)


async def answer_other_method(request: HTTPConnection) -> Response:
    """Answer a method that no operation can come by."""
    headers = {"Allow": ALLOWED_METHODS}
    if request.scope["method"] == "OPTIONS":
        return Response(status_code=204, headers=headers)
    return refusal(request, 405, "Send operations by POST, or queries by GET.", headers)
