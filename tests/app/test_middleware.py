import httpx
import pytest
from loguru import logger

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
