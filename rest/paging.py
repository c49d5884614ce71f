from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi import Request, Response

from rest.representations import Page

PageT = TypeVar("PageT", bound=Page[Any])


def page_of(
    page: type[PageT], connection: Mapping[str, Any], request: Request, response: Response
) -> PageT:
    """Return a page of a connection, and tell the address of the next in `Link` (RFC 8288)."""
    info = connection["pageInfo"]
    following = info["endCursor"] if info["hasNextPage"] else None
    if following is not None:
        url = request.url.include_query_params(after=following)
        response.headers.append("Link", f'<{url.path}?{url.query}>; rel="next"')
    return page.model_validate({"items": connection["nodes"], "next": following})
