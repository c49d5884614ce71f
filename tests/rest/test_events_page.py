"""The programs that docs/events.md shows read the whole feed."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread

from core.cursors import encode_cursor
from core.database import Database
from core.ids import encode_id
from core.settings import ROOT, Settings
from services.api_keys import EVENTS
from tests.e2e.conftest import served
from tests.factories import Factory
from tests.feed import Feed, open_feed
from tests.node import run_script

pytestmark = pytest.mark.anyio

PAGE = (ROOT / "docs" / "events.md").read_text()
END = encode_cursor("events", [104])


def program(language: str) -> str:
    sources = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    (source,) = [each for each in sources if "/v1/events" in each]
    return str(source)


@pytest.fixture
async def feed(database: Database) -> Feed:
    """More events than one page holds."""
    feed = await open_feed(database)
    await feed.change(times=100)
    return feed


@pytest.fixture
async def key(factory: Factory) -> str:
    return await factory.api_key("acme", EVENTS)


@pytest.fixture
def url(settings: Settings, tmp_path: Path, feed: Feed) -> Iterator[str]:
    del feed
    with served(settings, tmp_path / "log") as url:
        yield url


def told(feed: Feed) -> list[str]:
    order, product = encode_id("order", feed.order), encode_id("product", feed.product)
    bought = [f"order.placed {order} 1", f"order.confirmed {order} 2"]
    return bought + [f"product.changed {product} {n}" for n in range(1, 102)]


async def test_python_reads_it(
    feed: Feed, key: str, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    exec(program("python"), names)  # noqa: S102 - it is our own page.

    cursor = await to_thread.run_sync(names["read"], url, key)
    assert (cursor, capsys.readouterr().out.splitlines()) == (END, told(feed))
    again = await to_thread.run_sync(names["read"], url, key, cursor)
    assert (again, capsys.readouterr().out) == (END, "")


@pytest.mark.usefixtures("node")
async def test_typescript_reads_it(feed: Feed, key: str, url: str) -> None:
    given = {"source": program("ts"), "name": "read"}
    run = partial(run_script, "typescript.mjs")

    first = await to_thread.run_sync(run, {**given, "args": [url, key]})
    assert first == {"printed": told(feed), "returned": END}
    again = await to_thread.run_sync(run, {**given, "args": [url, key, END]})
    assert again == {"printed": [], "returned": END}
