"""Makes the plans of registered documents, so that no request waits for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

import asyncpg
from loguru import logger
from sqlalchemy.exc import SQLAlchemyError

from app.resources import Resources, cancelled
from core.document_store import StoredDocument
from execution.direct import Direct
from execution.document_cache import InvalidDocument
from execution.plan.cache import MOST_FIELDS

# A partner publishes long before its clients that bring the document are there.
POLL_SECONDS = 5.0
# Plans that were not run yet are the first to be forgotten: more would cost those that were made
# first, which are run the most.
FIELDS_AT_ONCE = MOST_FIELDS // 2


@asynccontextmanager
async def preparing_documents(resources: Resources, direct: Direct) -> AsyncIterator[None]:
    """Prepare what is registered, and each document that is registered meanwhile."""
    # They are of the whole graph: a subgraph is asked by documents that a gateway makes.
    if resources.settings.subgraph is not None:
        yield
        return
    task = asyncio.create_task(_prepare_all(resources, direct))
    try:
        yield
    finally:
        await cancelled(task)


async def _prepare_all(resources: Resources, direct: Direct) -> None:
    while True:
        try:
            new = await resources.documents.new()
        except (SQLAlchemyError, OSError, asyncpg.PostgresError) as error:
            logger.warning("the registered documents cannot be read yet: {}", error)
            new = []
        planned = 0
        for document in new:
            if planned < FIELDS_AT_ONCE:
                planned += await _prepare(document, resources, direct)
        await asyncio.sleep(POLL_SECONDS)


async def _prepare(document: StoredDocument, resources: Resources, direct: Direct) -> int:
    """Check and plan a document; return how many fields were planned."""
    planned, began = 0, perf_counter()
    try:
        for fields in direct.prepare(document.body, resources.limits):
            planned += fields
            # Requests get as much time as it took.
            await asyncio.sleep(perf_counter() - began)
            began = perf_counter()
    except InvalidDocument as error:
        sha256, faults = document.sha256.hex(), " ".join(each.message for each in error.errors)
        logger.warning("{}'s document {} cannot be run: {}", document.client, sha256, faults)
    except Exception:  # noqa: BLE001 - Whatever it is, the others are prepared.
        logger.exception("{}'s document {} has no plan", document.client, document.sha256.hex())
    return planned
