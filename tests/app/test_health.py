import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app import health
from core.settings import Settings
from tests.conftest import serving

pytestmark = pytest.mark.anyio

# Nothing listens on this port, which only root could take.
NOBODY = "127.0.0.1:1"


@pytest.fixture
async def silent() -> AsyncIterator[str]:
    """The address of a server that takes connections and never answers."""
    release = asyncio.Event()

    async def wait(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    server = await asyncio.start_server(wait, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    yield f"{host}:{port}"
    release.set()
    server.close()
    await server.wait_closed()


async def ready(settings: Settings, **changes: object) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of the answer where these settings hold."""
    async with serving(settings.model_copy(update=changes)) as api:
        response = await api.get("/health/ready")
    return response.status_code, response.json()


def states(answer: dict[str, Any]) -> dict[str, str]:
    return {name: check["status"] for name, check in answer["checks"].items()}


async def test_lives_without_any_server(settings: Settings) -> None:
    away = settings.model_copy(
        update={"database_url": f"postgresql://{NOBODY}/shop", "redis_url": f"redis://{NOBODY}"}
    )
    async with serving(away) as api:
        response = await api.get("/health/live")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_ready_when_every_server_answers(api: httpx.AsyncClient) -> None:
    response = await api.get("/health/ready")

    answer = response.json()
    times = {name: check.pop("milliseconds") for name, check in answer["checks"].items()}
    assert response.status_code == 200
    assert answer == {
        "status": "ok",
        "checks": {
            "postgresql": {"status": "ok"},
            "redis": {"status": "ok"},
            "search": {"status": "ok"},
        },
    }
    assert all(0 < time < 2000 for time in times.values())


async def test_without_postgresql_it_and_the_search_on_it_fail(settings: Settings) -> None:
    status, answer = await ready(settings, database_url=f"postgresql://{NOBODY}/shop")

    assert (status, answer["status"]) == (503, "failing")
    assert states(answer) == {"postgresql": "failing", "redis": "ok", "search": "failing"}
    assert answer["checks"]["postgresql"] == {
        "status": "failing",
        "error": "ConnectionRefusedError",
    }


async def test_without_redis_it_alone_fails(settings: Settings) -> None:
    status, answer = await ready(settings, redis_url=f"redis://{NOBODY}")

    assert status == 503
    assert states(answer) == {"postgresql": "ok", "redis": "failing", "search": "ok"}
    assert answer["checks"]["redis"] == {"status": "failing", "error": "ConnectionError"}


async def test_without_elasticsearch_search_alone_fails(settings: Settings) -> None:
    status, answer = await ready(settings, elasticsearch_url=f"http://{NOBODY}")

    assert status == 503
    assert states(answer) == {"postgresql": "ok", "redis": "ok", "search": "failing"}


@pytest.mark.parametrize(
    ("setting", "scheme", "check"),
    [
        ("redis_url", "redis", "redis"),
        ("database_url", "postgresql", "postgresql"),
        ("elasticsearch_url", "http", "search"),
    ],
)
async def test_a_server_that_hangs_is_given_up_in_time(
    settings: Settings,
    silent: str,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    scheme: str,
    check: str,
) -> None:
    monkeypatch.setattr(health, "CHECK_TIMEOUT", 0.5)
    async with asyncio.timeout(5):
        status, answer = await ready(settings, **{setting: f"{scheme}://{silent}"})

    assert status == 503
    assert answer["checks"][check] == {
        "status": "failing",
        "error": "no answer within 0.5 seconds",
    }
