"""The GraphQL endpoint: over HTTP and WebSocket, and as a page for browsers."""

from datetime import timedelta
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse
from strawberry import Schema
from strawberry.subscriptions import (
    GRAPHQL_SSE_PROTOCOL,
    GRAPHQL_TRANSPORT_WS_PROTOCOL,
    MULTIPART_SUBSCRIPTION_PROTOCOL,
)

from app.authentication import viewer_of
from app.context import OperationContext
from app.graphiql import graphiql_page
from app.graphql_errors import answer_other_method
from app.media_types import accepts_html
from app.sockets import Socket, SocketHandler
from app.streams import StreamingGraphQL
from core.settings import Settings

GRAPHQL = "/graphql"


class GraphQLEndpoint(StreamingGraphQL):
    # As in Strawberry's own router, whose type for it no class can meet.
    websocket_adapter_class = Socket  # type: ignore[assignment]
    graphql_transport_ws_handler_class = SocketHandler

    def should_render_graphql_ide(self, request: Any) -> bool:  # noqa: ANN401 - Strawberry's.
        """Show GraphiQL to browsers only: any other client that takes anything wants JSON."""
        return accepts_html(request.headers.get("Accept", "")) and bool(
            super().should_render_graphql_ide(request)
        )

    async def render_graphql_ide(self, request: Request) -> HTMLResponse:
        del request
        return HTMLResponse(graphiql_page())


async def graphql_context(connection: HTTPConnection) -> OperationContext:
    return OperationContext(connection.app.state.resources, await viewer_of(connection))


def graphql_router(schema: Schema, settings: Settings) -> GraphQLEndpoint:
    endpoint = GraphQLEndpoint(
        schema,
        path=GRAPHQL,
        context_getter=graphql_context,
        subscription_protocols=[
            GRAPHQL_TRANSPORT_WS_PROTOCOL,
            MULTIPART_SUBSCRIPTION_PROTOCOL,
            GRAPHQL_SSE_PROTOCOL,
        ],
        connection_init_wait_timeout=timedelta(seconds=min(60, settings.socket_idle_seconds)),
        # The handler has a limit of its own, and a code for it.
        max_subscriptions_per_connection=None,
        allowed_origins=settings.websocket_origins,
        include_in_schema=False,
    )
    for route in endpoint.routes:
        if isinstance(route, APIRoute) and route.methods and "GET" in route.methods:
            route.methods.add("HEAD")
    # Without a list of methods, the route takes every one that the two above leave.
    endpoint.add_route(GRAPHQL, answer_other_method, methods=[], include_in_schema=False)
    return endpoint
