"""Refusals as HTTP tells them: problem details (RFC 9457), with the codes of the graph."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field
from starlette.exceptions import HTTPException

from rest.representations import Representation

PROBLEM_JSON = "application/problem+json"
INTERNAL = "INTERNAL_SERVER_ERROR"

# What each code of the graph and of this layer means in HTTP.
STATUSES = {
    "MALFORMED_REQUEST": 400,
    "IDEMPOTENCY_KEY_REQUIRED": 400,
    "UNAUTHENTICATED": 401,
    "INVALID_API_KEY": 401,
    "INVALID_REFRESH_TOKEN": 401,
    "WRONG_CREDENTIALS": 401,
    "PAYMENT_DECLINED": 402,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "CART_NOT_FOUND": 404,
    "CART_LINE_NOT_FOUND": 404,
    "ORDER_NOT_FOUND": 404,
    "PRODUCT_NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CART_ALREADY_ORDERED": 409,
    "CART_EMPTY": 409,
    "CURRENCY_MISMATCH": 409,
    "EMAIL_TAKEN": 409,
    "OUT_OF_STOCK": 409,
    "PRICE_CHANGED": 409,
    "VERSION_CONFLICT": 409,
    "CURSOR_EXPIRED": 410,
    "CONTENT_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "ADDRESS_NOT_FOUND": 422,
    "BAD_USER_INPUT": 422,
    "COST_LIMIT_EXCEEDED": 422,
    "CURSOR_AHEAD": 422,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "INVALID_EMAIL": 422,
    "NAME_TOO_LONG": 422,
    "PASSWORD_LENGTH_REFUSED": 422,
    "QUANTITY_OUT_OF_RANGE": 422,
    "SHIPPING_METHOD_UNAVAILABLE": 422,
    "TOO_MANY_LINES": 422,
    "VARIANT_NOT_FOUND": 422,
    "BUDGET_EXCEEDED": 429,
    "TOO_MANY_ATTEMPTS": 429,
    INTERNAL: 500,
}
_CODES = {
    400: "MALFORMED_REQUEST",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "CONTENT_TOO_LARGE",
}
_DETAILS = {
    400: "The body is not valid JSON in UTF-8.",
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: "The body is larger than any that this address takes.",
}


class Refusal(Representation):
    """One reason, with the data of its own that a client needs to act."""

    model_config = ConfigDict(extra="allow")

    code: str = Field(description="A constant to switch on.", examples=["OUT_OF_STOCK"])
    message: str = Field(description="A sentence for a person.")
    path: list[str] = Field(
        default=[], description="The way to what was refused, in the body, address or headers."
    )


class ProblemDetails(Representation):
    """Why a request was refused."""

    # The code tells the kind, so that the type says no more than the status does.
    type: str = Field(default="about:blank", description="No page describes the kind of problem.")
    title: str = Field(description="The name of the status.", examples=["Conflict"])
    status: int = Field(description="The status of the answer.", examples=[409])
    detail: str = Field(description="A sentence for a person.", examples=["Only 2 can be had now."])
    code: str = Field(description="A constant to switch on.", examples=["OUT_OF_STOCK"])
    error_id: str | None = Field(
        default=None, description="Names an unexpected error in the shop's log."
    )
    errors: list[Refusal] = Field(default=[], description="The reasons, where there are several.")


class Problem(Exception):
    """A refusal on its way to the client; its code decides the status."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        error_id: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = STATUSES.get(code, 500)
        self.headers = dict(headers or {})
        if self.status == HTTPStatus.UNAUTHORIZED:
            self.headers.setdefault("WWW-Authenticate", "Bearer")
        self.details = ProblemDetails.model_validate(
            {
                "title": HTTPStatus(self.status).phrase,
                "status": self.status,
                "detail": detail,
                "code": code,
                "errorId": error_id,
                "errors": errors,
            }
        )


def of_graph_error(error: Mapping[str, Any]) -> Problem:
    """Return the problem that an error of the graph is; its code is known or it is our fault."""
    extensions = error["extensions"]
    code, message = extensions["code"], error["message"]
    errors = []
    if "argument" in extensions:
        errors = [{"code": code, "message": message, "path": [extensions["argument"]]}]
    headers = {}
    if "retryAfter" in extensions:
        headers = {"Retry-After": str(extensions["retryAfter"])}
    return Problem(
        code, message, errors=errors, error_id=extensions.get("errorId"), headers=headers
    )


def of_refusals(refusals: Sequence[Mapping[str, Any]]) -> Problem:
    """Return the problem of a payload's typed errors; the first gives code and status."""
    first = refusals[0]
    return Problem(first["code"], first["message"], errors=refusals)


def _of_invalid(error: RequestValidationError) -> Problem:
    problems = [_refusal(each) for each in error.errors()]
    kinds = {(each["type"], each["loc"]) for each in error.errors()}
    if any(kind == "json_invalid" for kind, _ in kinds):
        return Problem("MALFORMED_REQUEST", _DETAILS[400])
    if ("missing", ("header", "Idempotency-Key")) in kinds:
        return Problem(
            "IDEMPOTENCY_KEY_REQUIRED", "Send the header Idempotency-Key.", errors=problems
        )
    first = problems[0]
    return Problem(
        "BAD_USER_INPUT", ".".join(first["path"]) + f": {first['message']}", errors=problems
    )


def _refusal(invalid: Mapping[str, Any]) -> dict[str, Any]:
    # The first step says where the value was: in the body, the query, the path or the headers.
    place, *path = map(str, invalid["loc"])
    return {"code": "BAD_USER_INPUT", "message": invalid["msg"], "path": path or [place]}


def _of_http(error: HTTPException) -> Problem:
    code = _CODES.get(error.status_code, INTERNAL)
    return Problem(code, _DETAILS.get(error.status_code, str(error.detail)), headers=error.headers)


async def answer_problem(request: Request, error: Exception) -> JSONResponse:
    """Answer whatever refused a request, in one shape."""
    del request
    if isinstance(error, RequestValidationError):
        error = _of_invalid(error)
    elif isinstance(error, HTTPException):
        error = _of_http(error)
    if not isinstance(error, Problem):
        raise error
    return JSONResponse(
        error.details.model_dump(mode="json", by_alias=True, exclude_none=True),
        error.status,
        error.headers,
        PROBLEM_JSON,
    )
