"""Results as server-sent events, each operation on a connection of its own.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md (distinct connections mode)
"""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response
from strawberry.http.streaming import SSETransport


class EventStream(SSETransport):
    """Strawberry's events, with line feeds alone: Hive Gateway knows no other end of a line."""

    opening = ""

    def encode_event(self, event: str, data: str | None = None) -> str:
        # Browsers drop an event that has no field of data.
        return f"event: {event}\ndata: {data or ''}\n\n"

    def with_id(self, event: str, cursor: str) -> str:
        """Give an event an id, which its reader sends as Last-Event-ID to go on after it."""
        return f"id: {cursor}\n{event}"

    def encode_comment(self, comment: str) -> str:
        return f": {comment}\n\n"


_EVENT_STREAM = EventStream()


def accepts_events(accept: str | None) -> bool:
    """Whether a client wants its results as events."""
    return _EVENT_STREAM.accepts(accept or "")


def refusal_event(error: Mapping[str, Any]) -> Response:
    """Answer with one formatted error, as an event.

    A status other than 200 is to clients of event streams a lost connection: they try again and
    again, and a browser's EventSource tells nobody why.
    """
    errors = orjson.dumps({"errors": [error]}).decode()
    body = _EVENT_STREAM.encode_event("next", errors) + _EVENT_STREAM.encode_complete()
    return Response(body, headers=dict(_EVENT_STREAM.headers))
