"""The GraphQL endpoint: over HTTP and WebSocket, and as a page for browsers."""

from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse
from strawberry import Schema
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL

from app.authentication import viewer_of
from app.context import OperationContext
from app.graphiql import graphiql_page
from app.graphql_errors import answer_other_method
from app.graphql_http import GraphQLOverHTTP
from app.media_types import accepts_html
from core.tokens import InvalidAccessToken

_PATH = "/graphql"


class GraphQLEndpoint(GraphQLOverHTTP):
    def should_render_graphql_ide(self, request: Any) -> bool:  # noqa: ANN401 - Strawberry's.
        """Show GraphiQL to browsers only: any other client that takes anything wants JSON."""
        return accepts_html(request.headers.get("Accept", "")) and bool(
            super().should_render_graphql_ide(request)
        )

    async def render_graphql_ide(self, request: Request) -> HTMLResponse:
        del request
        return HTMLResponse(graphiql_page())

    async def on_ws_connect(self, context: OperationContext) -> None:
        """Take the viewer from the payload of `connection_init`: browsers set no headers there."""
        given = context.connection_params
        if not isinstance(given, dict) or not given:
            return
        try:
            context.viewer = viewer_of(Headers(_texts(given)), context.access_tokens)
        except InvalidAccessToken as error:
            raise ConnectionRejectionError from error


def _texts(given: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in given.items() if isinstance(value, str)}


def graphql_context(connection: HTTPConnection) -> OperationContext:
    resources = connection.app.state.resources
    return OperationContext(resources, viewer_of(connection.headers, resources.access_tokens))


def graphql_router(schema: Schema) -> GraphQLEndpoint:
    endpoint = GraphQLEndpoint(
        schema,
        path=_PATH,
        context_getter=graphql_context,
        subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL],
        include_in_schema=False,
    )
    for route in endpoint.routes:
        if isinstance(route, APIRoute) and route.methods and "GET" in route.methods:
            route.methods.add("HEAD")
    # Without a list of methods, the route takes every one that the two above leave.
    endpoint.add_route(_PATH, answer_other_method, methods=[], include_in_schema=False)
    return endpoint
