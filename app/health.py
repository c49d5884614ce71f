"""Whether the process lives, and whether it can serve."""

import asyncio
import os
from collections.abc import Awaitable
from time import perf_counter
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text

from app.resources import Resources

CHECK_TIMEOUT = 2.0

router = APIRouter()


@router.get("/health/live")
async def live() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(request: Request) -> JSONResponse:
    """Tell whether every server answers; 503 where one does not."""
    answer = await check_servers(request.app.state.resources)
    is_ready = all(outcome["status"] == "ok" for outcome in answer.values())
    return JSONResponse(
        {"status": "ok" if is_ready else "failing", "checks": answer}, 200 if is_ready else 503
    )


async def check_servers(resources: Resources) -> dict[str, dict[str, Any]]:
    """Ask every server at once, each with a time-out of its own."""
    checks: dict[str, Awaitable[Any]] = {
        "postgresql": resources.database.fetch(text("SELECT 1"), {}),
        "redis": resources.redis.ping(),
        "search": resources.search.check(),
    }
    outcomes = await asyncio.gather(*(_outcome(check) for check in checks.values()))
    return dict(zip(checks, outcomes, strict=True))


async def _outcome(check: Awaitable[Any]) -> dict[str, Any]:
    started = perf_counter()
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            await check
    except TimeoutError:
        return {"status": "failing", "error": f"no answer within {CHECK_TIMEOUT} seconds"}
    except Exception as error:  # noqa: BLE001 - Whatever it is, the server cannot be used.
        return {"status": "failing", "error": type(error).__name__}
    return {"status": "ok", "milliseconds": round((perf_counter() - started) * 1000, 1)}


@router.get("/metrics")
async def metrics() -> Response:
    """Tell the counts of this process, or of all processes that serve beside it."""
    registry: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # It has no types.
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
