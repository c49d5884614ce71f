"""Who sends a request: the account of its access token, and the cart of its secret."""

import hashlib

from fastapi import Request, Response
from starlette.datastructures import Headers

from app.event_streams import accepts_events, refusal_event
from app.graphql_errors import error_answer
from core.tokens import AccessTokens, InvalidAccessToken
from core.viewer import Viewer

CART_SECRET = "X-Cart-Secret"  # noqa: S105 - the name of a header.


def viewer_of(headers: Headers, tokens: AccessTokens) -> Viewer:
    """Read the viewer from a request's headers.

    Raises InvalidAccessToken: a client that sends a token means to be somebody, and would take
    what an anonymous viewer sees for its own.
    """
    return viewer_from(headers.get("Authorization"), headers.get(CART_SECRET), tokens)


def viewer_from(authorization: str | None, cart_secret: str | None, tokens: AccessTokens) -> Viewer:
    """Read the viewer from the values of both headers; raises InvalidAccessToken."""
    secret_hash = hashlib.sha256(cart_secret.encode()).digest() if cart_secret else None
    if authorization is None:
        return Viewer(cart_secret_hash=secret_hash)
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidAccessToken
    claims = tokens.read(token.strip())
    return Viewer(claims.account_id, claims.role, secret_hash, claims.expires_at)


async def refuse_token(request: Request, error: Exception) -> Response:
    """Answer a request whose token is not valid, in GraphQL's shape and by RFC 6750."""
    problem = {"message": str(error), "extensions": {"code": InvalidAccessToken.code}}
    if accepts_events(request.headers.get("Accept")):
        return refusal_event(problem)
    return error_answer(request, 401, problem, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
