from datetime import UTC, datetime

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# This layer serves clients that cannot speak GraphQL yet, and was deprecated when it was made.
DEPRECATED_SINCE = datetime(2026, 11, 24, tzinfo=UTC)
SUCCESSOR = '</graphql>; rel="successor-version"'


class VersionOne:
    """Says in every answer under /v1, refusals included, what has come after it (RFC 9745).

    What does not say that it may be kept is kept by nobody.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Deprecation"] = f"@{DEPRECATED_SINCE.timestamp():.0f}"
                headers.append("Link", SUCCESSOR)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        marked = scope["type"] == "http" and scope["path"].startswith("/v1/")
        await self.app(scope, receive, send_marked if marked else send)
