"""The description of this layer at /openapi.json, and the page that shows it at /docs."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse, JSONResponse

from rest.problems import PROBLEM_JSON

DESCRIPTION = """
The shop for clients that cannot speak GraphQL: each request runs one document of the shop's graph
at `/graphql`, under the same ids, names and permissions. Every answer says by `Deprecation` and
`Link` that the graph has come after it.
"""


def documentation(routers: Sequence[APIRouter]) -> APIRouter:
    """Return the routes that describe those of the given routers."""
    # Few ask for it, and it takes a tenth of a second.
    described = cache(partial(_described, routers))
    router = APIRouter(include_in_schema=False)

    @router.get("/openapi.json")
    async def openapi() -> JSONResponse:
        return JSONResponse(described())

    @router.get("/docs")
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(openapi_url="/openapi.json", title="PyShop - REST")

    return router


def _described(routers: Sequence[APIRouter]) -> dict[str, Any]:
    routes = [route for each in routers for route in each.routes]
    described = get_openapi(title="PyShop", version="1", description=DESCRIPTION, routes=routes)
    for path in described["paths"].values():
        for operation in path.values():
            _complete(operation)
    return described


def _complete(operation: dict[str, Any]) -> None:
    # FastAPI cannot say that problems have a media type of their own, nor that a log-in may be
    # left out.
    for status, response in operation["responses"].items():
        if status >= "400":
            response["content"] = {PROBLEM_JSON: response["content"]["application/json"]}
    operation["security"] = [{}, *operation.get("security", [])]
