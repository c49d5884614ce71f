"""A shop by Strawberry as its documentation shows one: types, DataLoaders, FastAPI's router.

It is the ecosystem's reference, so that it is written to be read, and has the caches of parsed
and validated documents that the documentation offers for speed.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import strawberry
from fastapi import FastAPI, Request
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.fastapi import GraphQLRouter

from benchmarks.references.plain.attributes import ATTRIBUTES
from benchmarks.references.plain.cart_mutations import (
    CartCreatePayload,
    CartLinesAddPayload,
    cart_create,
    cart_lines_add,
)
from benchmarks.references.plain.checkout import CheckoutCompletePayload, checkout_complete
from benchmarks.references.plain.context import Context
from benchmarks.references.plain.errors import ERRORS
from benchmarks.references.plain.queries import Query

CONNECTIONS = 10


@strawberry.type
class Mutation:
    cart_create: CartCreatePayload = strawberry.mutation(resolver=cart_create)
    cart_lines_add: CartLinesAddPayload = strawberry.mutation(resolver=cart_lines_add)
    checkout_complete: CheckoutCompletePayload = strawberry.mutation(resolver=checkout_complete)


schema = strawberry.federation.Schema(
    query=Query,
    mutation=Mutation,
    types=[*ATTRIBUTES, *ERRORS],
    extensions=[ParserCache, ValidationCache],
)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    url = make_url(os.environ["BENCH_DATABASE_URL"]).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, pool_size=CONNECTIONS, max_overflow=0)
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    yield
    await engine.dispose()


# FastAPI would run one that is not a coroutine in a thread.
async def _context(request: Request) -> Context:
    return Context(request.app.state.sessions)


def create_app() -> FastAPI:
    app = FastAPI(lifespan=_lifespan)
    app.include_router(GraphQLRouter(schema, context_getter=_context), prefix="/graphql")
    return app
