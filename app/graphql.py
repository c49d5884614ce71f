"""GraphQL over HTTP."""

from typing import Any

import orjson
from cross_web import HTTPException
from fastapi import Request
from starlette.responses import HTMLResponse, JSONResponse
from strawberry import Schema
from strawberry.fastapi import GraphQLRouter

from app.authentication import viewer_of
from app.context import OperationContext
from app.graphiql import graphiql_page

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


def graphql_context(request: Request) -> OperationContext:
    resources = request.app.state.resources
    return OperationContext(resources, viewer_of(request.headers, resources.access_tokens))


def graphql_router(schema: Schema) -> GraphQLEndpoint:
    return GraphQLEndpoint(
        schema, path="/graphql", context_getter=graphql_context, include_in_schema=False
    )
