from collections.abc import Callable
from time import perf_counter
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.correlation import CORRELATION_ID, HEADER, correlation_id


class Correlated:
    """Gives each request a correlation id, in its logs and its response, and logs it when done."""

    def __init__(self, app: ASGIApp, log: Callable[[str], None]) -> None:
        self.app, self._log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = correlation_id(Headers(scope=scope).get(HEADER))
        marked = (HEADER.lower().encode(), request_id.encode())
        started, status = perf_counter(), 500

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                # A response may be sent again, and keeps its own headers.
                message["headers"] = [*message["headers"], marked]
            await send(message)

        token = CORRELATION_ID.set(request_id)
        try:
            await self.app(scope, receive, send_marked)
        finally:
            milliseconds = (perf_counter() - started) * 1000
            # Quoted as it was sent: a path may hold line ends, and so forge lines of the log.
            path = quote(scope["path"])
            self._log(f"{scope['method']} {path} {status} in {milliseconds:.1f} ms")
            CORRELATION_ID.reset(token)
