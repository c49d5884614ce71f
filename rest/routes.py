"""What every route of this layer does besides its own matter."""

from collections.abc import AsyncGenerator, Callable, Coroutine
from email.message import Message
from typing import Annotated, Any
from uuid import uuid4

import orjson
from fastapi import APIRouter, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from loguru import logger
from starlette.exceptions import HTTPException
from starlette.staticfiles import NotModifiedResponse

from core.entity_tags import entity_tag, is_known
from rest.problems import INTERNAL, STATUSES, Problem, ProblemDetails

# The largest body by far is a cart of a hundred lines.
MOST_BYTES = 64 * 1024

_OF_ANY = (
    "BAD_USER_INPUT",
    "BUDGET_EXCEEDED",
    "TOO_MANY_ATTEMPTS",
    "UNAUTHENTICATED",
    INTERNAL,
)
_OF_BODIES = ("MALFORMED_REQUEST", "CONTENT_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE")

_KEY = Header(
    alias="Idempotency-Key",
    pattern="^[!-~]{1,255}$",
    description="A name for this call: sent again within a day it does nothing twice. Without a"
    " log-in, take a random UUID.",
    examples=["0b0e5f1c-5f0b-4d63-9d5c-0a4c3f4b6a55"],
)
IdempotencyKey = Annotated[str | None, _KEY]
RequiredIdempotencyKey = Annotated[str, _KEY]

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class _JsonRequest(Request):
    """Takes a body of a bounded size, in JSON as strict as the graph's own endpoint."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        size = 0
        async for chunk in super().stream():
            size += len(chunk)
            if size > MOST_BYTES:
                raise HTTPException(413)
            yield chunk

    async def json(self) -> Any:  # noqa: ANN401 - any JSON.
        return orjson.loads(await self.body())


class Route(APIRoute):
    """Takes JSON only, masks what is unexpected, and answers 304 to who has the body already."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            if self.body_field is not None:
                _check_media_type(request)
            response = await _masked(handle, _JsonRequest(request.scope, request.receive))
            return _conditional(request, response) if request.method == "GET" else response

        return answer


def router(tag: str) -> APIRouter:
    """Return a router for one matter; operations are named as their functions are."""
    return APIRouter(
        prefix="/v1",
        tags=[tag],
        route_class=Route,
        generate_unique_id_function=lambda route: route.name,
    )


def problems(*codes: str, body: bool = False) -> dict[int | str, dict[str, Any]]:
    """Describe the refusals of a route, besides what may happen to any, or to any with a body."""
    names: dict[int, list[str]] = {}
    for code in (*_OF_ANY, *(_OF_BODIES if body else ()), *codes):
        names.setdefault(STATUSES[code], []).append(f"`{code}`")
    return {
        status: {"model": ProblemDetails, "description": ", ".join(codes)}
        for status, codes in sorted(names.items())
    }


def for_everybody(request: Request, response: Response) -> None:
    """Let shared caches keep what an anonymous sender sees; staff may see more."""
    known = "Authorization" in request.headers
    response.headers["Cache-Control"] = "private, no-cache" if known else "public, max-age=60"
    response.headers["Vary"] = "Authorization"


def for_its_owner(response: Response) -> None:
    """Let the sender's own cache keep an answer that it asks about each time."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization, X-Cart-Secret"


def _check_media_type(request: Request) -> None:
    header = Message()
    header["Content-Type"] = request.headers.get("Content-Type", "application/json")
    if header.get_content_type() != "application/json":
        raise Problem("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json.")


async def _masked(handle: Handler, request: Request) -> Response:
    try:
        return await handle(request)
    except (Problem, HTTPException, RequestValidationError):
        raise
    except Exception as error:
        error_id = uuid4().hex
        logger.opt(exception=error).error("error {} at {}", error_id, request.url.path)
        raise Problem(
            INTERNAL,
            "Something went wrong on our side. Tell us the errorId and we can find out what.",
            error_id=error_id,
        ) from error


def _conditional(request: Request, response: Response) -> Response:
    """Tag a body by its hash (RFC 9110), and leave it out where the sender has it."""
    response.headers["ETag"] = tag = entity_tag(bytes(response.body))
    known = is_known(tag, request.headers.get("If-None-Match"))
    return NotModifiedResponse(response.headers) if known else response
