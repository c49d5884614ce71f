"""GraphQL over HTTP."""

from typing import Any

import orjson
from cross_web import HTTPException
from fastapi import Request
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse
from strawberry import Schema
from strawberry.exceptions import ConnectionRejectionError
from strawberry.fastapi import GraphQLRouter
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL

from app.authentication import viewer_of
from app.context import OperationContext
from app.graphiql import graphiql_page
from core.tokens import InvalidAccessToken

_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}


class GraphQLEndpoint(GraphQLRouter[OperationContext, None]):
    def decode_json(self, data: str | bytes) -> object:
        decoded = orjson.loads(data)
        if not isinstance(decoded, dict):
            raise HTTPException(400, "A request and its variables must be JSON objects.")
        return decoded

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()

    def should_render_graphql_ide(self, request: Any) -> bool:  # noqa: ANN401 - Strawberry's.
        """Show GraphiQL to browsers only: any other client that takes anything wants JSON."""
        return "text/html" in request.headers.get("accept", "") and bool(
            super().should_render_graphql_ide(request)
        )

    async def render_graphql_ide(self, request: Request) -> HTMLResponse:
        del request
        return HTMLResponse(graphiql_page())

    async def run(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - Strawberry's.
        """Answer a request; what is no GraphQL request gets an error in GraphQL's own shape."""
        try:
            return await super().run(*args, **kwargs)
        except HTTPException as error:
            code = _CODES.get(error.status_code, "BAD_REQUEST")
            problem = {"message": error.reason, "extensions": {"code": code}}
            return JSONResponse({"errors": [problem]}, error.status_code)

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
    return GraphQLEndpoint(
        schema,
        path="/graphql",
        context_getter=graphql_context,
        subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL],
        include_in_schema=False,
    )
