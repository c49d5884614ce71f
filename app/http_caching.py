"""What the answers of the GraphQL endpoint tell caches (RFC 9111), and who has one already."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse

from app.authentication import CREDENTIALS
from app.graphql_errors import NOT_KEPT
from core.entity_tags import entity_tag, is_known

_VARY = ", ".join(["Accept", *CREDENTIALS])
# For answers to POST: a cache knows them by an address, which does not tell what was asked.
KEPT_BY_NOBODY = {"Vary": _VARY, "Cache-Control": NOT_KEPT}


def for_caches(request: Request, answer: Response) -> Response:
    """Complete the headers that caches go by; leave out a body that the sender has already.

    An answer without `Cache-Control` is kept by nobody.
    """
    answer.headers["Vary"] = _VARY
    if not answer.headers.setdefault("Cache-Control", NOT_KEPT).startswith("public"):
        return answer
    # What the sender has left to spend is nothing to tell whoever is answered by a cache.
    for name in ("RateLimit", "RateLimit-Policy"):
        if name in answer.headers:
            del answer.headers[name]
    # Each media type is another representation, which has a tag of its own.
    content = answer.headers["Content-Type"].encode() + bytes(answer.body)
    answer.headers["ETag"] = tag = entity_tag(content)
    known = is_known(tag, request.headers.get("If-None-Match"))
    return NotModifiedResponse(answer.headers) if known else answer
