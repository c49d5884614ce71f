from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from rest import accounts, carts, events, orders, products
from rest.middleware import VersionOne
from rest.openapi import documentation
from rest.problems import Problem, answer_problem

ROUTERS = (accounts.routes, products.routes, carts.routes, orders.routes, events.routes)


def add_rest(app: FastAPI) -> None:
    """Serve `/v1`, its description and its page; whoever starts the app sets `app.state.rest`.

    Every address outside GraphQL answers its refusals as problem details from then on.
    """
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(documentation(ROUTERS))
    app.add_middleware(VersionOne)
    app.add_exception_handler(405, _answer_method)
    for error in (Problem, RequestValidationError, HTTPException):
        app.add_exception_handler(error, answer_problem)


async def _answer_method(request: Request, error: Exception) -> Response:
    """Name every method of an address; Starlette names those of the first route there."""
    response = await answer_problem(request, error)
    methods = {
        method
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.path_regex.match(request.url.path)
        for method in route.methods or ()
    }
    if methods:
        response.headers["Allow"] = ", ".join(sorted(methods))
    return response
