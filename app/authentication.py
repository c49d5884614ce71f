"""Who sends a request: an account by its token, a partner by its key, a cart's holder."""

import hashlib
from collections.abc import Mapping

from fastapi import Request, Response
from starlette.requests import HTTPConnection

from app.event_streams import accepts_events, refusal_event
from app.graphql_errors import error_answer
from app.resources import Resources
from core.errors import DomainError, TooManyAttempts
from core.tokens import InvalidAccessToken
from core.viewer import PartnerKey, Viewer
from resolvers import attempts
from services.api_keys import InvalidApiKey

API_KEY = "X-API-Key"
CART_SECRET = "X-Cart-Secret"  # noqa: S105 - the name of a header.
CREDENTIALS = ("Authorization", API_KEY, CART_SECRET)
_RAW = frozenset(name.lower().encode() for name in CREDENTIALS)

INVALID_CREDENTIALS = (InvalidAccessToken, InvalidApiKey, TooManyAttempts)


async def viewer_of(connection: HTTPConnection) -> Viewer:
    """Read the viewer from a request's headers.

    Raises one of INVALID_CREDENTIALS: a client that sends a token or a key means to be somebody,
    and would take what an anonymous viewer sees for its own; and nobody tries many keys.
    """
    # Of several values the first counts. Starlette goes through all headers for each name.
    given = {
        name.decode(): value.decode("latin-1")
        for name, value in reversed(connection.scope["headers"])
        if name in _RAW
    }
    return await viewer_from(connection, given)


async def viewer_from(connection: HTTPConnection, given: Mapping[str, str]) -> Viewer:
    """Read the viewer from headers by their names in lower case; raises as `viewer_of` does."""
    resources: Resources = connection.app.state.resources
    authorization, api_key, secret = (given.get(name.lower()) for name in CREDENTIALS)
    address = connection.client.host if connection.client else None
    account_id = role = expires_at = None
    if authorization is not None:
        claims = resources.access_tokens.read(_bearer(authorization))
        account_id, role, expires_at = claims.account_id, claims.role, claims.expires_at
    return Viewer(
        account_id,
        role,
        hashlib.sha256(secret.encode()).digest() if secret else None,
        expires_at,
        await _key_of(api_key, address, resources) if api_key is not None else None,
        address,
    )


async def _key_of(text: str, address: str | None, resources: Resources) -> PartnerKey:
    try:
        return await resources.api_keys.find(text)
    except InvalidApiKey:
        await attempts.begin(resources.budgets, attempts.api_key(Viewer(address=address)))
        raise


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidAccessToken
    return token.strip()


async def refuse_credentials(request: Request, error: Exception) -> Response:
    """Answer a request whose token or key is not valid, in GraphQL's shape and by RFC 6750."""
    assert isinstance(error, DomainError)  # noqa: S101 - it is one of INVALID_CREDENTIALS.
    problem = {"message": str(error), "extensions": {"code": error.code, **error.values}}
    if accepts_events(request.headers.get("Accept")):
        return refusal_event(problem)
    if isinstance(error, TooManyAttempts):
        return error_answer(request, 429, problem, {"Retry-After": f"{error.values['retryAfter']}"})
    return error_answer(request, 401, problem, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
