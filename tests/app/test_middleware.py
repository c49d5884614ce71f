import json
from datetime import UTC, datetime

import httpx
import pytest
from loguru import logger

from core.correlation import HEADER
from core.settings import Settings
from tests.conftest import serving

pytestmark = pytest.mark.anyio


async def test_a_path_cannot_forge_a_line_of_the_log(api: httpx.AsyncClient) -> None:
    lines: list[str] = []
    sink = logger.add(lines.append, format="{message}")
    try:
        await api.get("/health%0Aforged%20line")
    finally:
        logger.remove(sink)
    told = [line for line in lines if line.startswith("GET ")]
    assert [line.split(" in ")[0] for line in told] == ["GET /health%0Aforged%20line 404"]


@pytest.mark.parametrize(("level", "lines"), [("INFO", 1), ("WARNING", 0)])
async def test_a_request_is_a_line_of_json_where_the_log_is(
    settings: Settings, capsys: pytest.CaptureFixture[str], level: str, lines: int
) -> None:
    own = settings.model_copy(update={"log_format": "json", "log_level": level})
    async with serving(own) as api:
        await api.get("/health%0Aforged", headers={HEADER: "request-1"})

    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    requests = [line for line in told if line["source"] == "request"]
    assert len(requests) == lines
    for line in requests:
        assert datetime.fromisoformat(line.pop("time")) <= datetime.now(UTC)
        message, _, duration = line.pop("message").partition(" in ")
        assert message == "GET /health%0Aforged 404"
        assert duration.endswith(" ms")
        assert line == {"level": "INFO", "source": "request", "correlation_id": "request-1"}
