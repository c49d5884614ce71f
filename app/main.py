from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from app import health, pictures
from app.authentication import INVALID_CREDENTIALS, refuse_credentials, viewer_of
from app.graph_runner import InProcessGraph
from app.graphql import graphql_router
from app.graphql_direct import DirectGraphQL
from app.middleware import Correlated
from app.prepared_documents import preparing_documents
from app.resources import open_resources
from app.stopping import stopping
from app.tracing import Traced
from core.logs import request_log, start_logging
from core.secret_key import with_secret_key
from core.settings import Settings
from rest.application import add_rest
from rest.graph import Wiring
from schema.graph import build_schema

# Spans, metrics and logs are the shop's own.
_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the API; without settings, from the environment, as each worker process does."""
    settings = with_secret_key(settings or Settings())
    schema = build_schema(
        settings.subgraph,
        is_deferring=settings.incremental_delivery,
        is_private=not settings.public_schema,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        start_logging(settings)
        async with open_resources(settings) as resources, stopping() as app.state.stopping:
            app.state.resources = resources
            app.state.rest = Wiring(InProcessGraph(schema, resources), viewer_of)
            async with preparing_documents(resources, schema.direct):
                yield

    app = FastAPI(title="PyShop", lifespan=lifespan, openapi_url=None, telemetry=_TELEMETRY)
    app.add_middleware(DirectGraphQL, direct=schema.direct)
    app.add_middleware(Correlated, log=request_log(settings))
    app.add_middleware(Traced)
    for invalid in INVALID_CREDENTIALS:
        app.add_exception_handler(invalid, refuse_credentials)
    app.include_router(graphql_router(schema, settings))
    app.include_router(health.router)
    app.include_router(pictures.router)
    if settings.subgraph is None:
        # Its documents ask of the whole graph.
        add_rest(app)
    return app
