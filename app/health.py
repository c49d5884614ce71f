"""Whether the process lives, and whether it can serve."""

import asyncio
from collections.abc import Awaitable
from time import perf_counter
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from app.resources import Resources

CHECK_TIMEOUT = 2.0

router = APIRouter()


@router.get("/health/live")
async def live() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(request: Request) -> JSONResponse:
    """Ask every server, each with a time-out of its own; 503 where one does not answer."""
    resources: Resources = request.app.state.resources
    checks: dict[str, Awaitable[Any]] = {
        "postgresql": resources.database.fetch(text("SELECT 1"), {}),
        "redis": resources.redis.ping(),
        "search": resources.search.check(),
    }
    outcomes = await asyncio.gather(*(_outcome(check) for check in checks.values()))
    answer = dict(zip(checks, outcomes, strict=True))
    is_ready = all(outcome["status"] == "ok" for outcome in outcomes)
    return JSONResponse(
        {"status": "ok" if is_ready else "failing", "checks": answer}, 200 if is_ready else 503
    )


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
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
