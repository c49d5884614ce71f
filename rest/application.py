from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from rest import products
from rest.middleware import VersionOne
from rest.openapi import documentation
from rest.problems import Problem, answer_problem

ROUTERS = (products.routes,)


def add_rest(app: FastAPI) -> None:
    """Serve `/v1`, its description and its page; whoever starts the app sets `app.state.rest`.

    Every address outside GraphQL answers its refusals as problem details from then on.
    """
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(documentation(ROUTERS))
    app.add_middleware(VersionOne)
    for error in (Problem, RequestValidationError, HTTPException):
        app.add_exception_handler(error, answer_problem)
