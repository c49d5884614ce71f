"""Parts of an answer that come later, where the setting allows it."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from email import message_from_string
from email.policy import strict
from functools import partial
from typing import Any

import anyio.to_thread
import httpx
import pytest
from gql import Client, GraphQLRequest
from gql.transport.websockets import WebsocketsTransport
from sqlalchemy import Executable

from core.database import Database
from tests.client.conftest import serving
from tests.live import FollowedOrder
from tests.node import run_script

pytestmark = pytest.mark.anyio

PARTS = "multipart/mixed;incrementalSpec=v0.2, application/json"
DEFERRED = """
{ products(first: 1) { totalCount ... @defer(label: "later") { nodes { name } } } }
"""
FIRST = {"products": {"totalCount": 1}}
WHOLE = {"products": {"totalCount": 1, "nodes": [{"name": "Mug"}]}}


@pytest.fixture(scope="module")
async def url(order: FollowedOrder) -> AsyncIterator[str]:
    deferring = order.settings.model_copy(update={"incremental_delivery": True})
    async with serving(deferring) as port:
        yield f"http://127.0.0.1:{port}/graphql"


async def ask(url: str, query: str, accept: str) -> httpx.Response:
    async with httpx.AsyncClient(timeout=20) as client:
        return await client.post(url, json={"query": query}, headers={"Accept": accept})


async def parts(url: str, query: str) -> list[Any]:
    """Ask for an answer in parts, and read them as strictly as mail is read."""
    answer = await ask(url, query, PARTS)
    media_type = answer.headers["Content-Type"]
    assert media_type == 'multipart/mixed;boundary="-";incrementalSpec=v0.2'
    whole = f"Content-Type: {media_type}\r\n\r\n{answer.text}"
    message = message_from_string(whole, policy=strict)
    return [json.loads(each.get_content()) for each in message.iter_parts()]


def errors_of(part: dict[str, Any]) -> list[dict[str, Any]]:
    told = [*part.get("incremental", ()), *part.get("completed", ())]
    return [error for each in told for error in each.get("errors", ())]


async def test_what_is_deferred_comes_in_another_part(url: str) -> None:
    place = {"id": "0", "path": ["products"], "label": "later"}
    nodes = WHOLE["products"]["nodes"]
    assert await parts(url, DEFERRED) == [
        {"data": FIRST, "pending": [place], "hasNext": True},
        {
            "incremental": [place | {"data": {"nodes": nodes}}],
            "completed": [{"id": "0"}],
            "hasNext": False,
        },
    ]


async def test_a_list_comes_entry_by_entry(url: str) -> None:
    first, *later = await parts(url, "{ products { nodes @stream { name } } }")
    assert first["data"] == {"products": {"nodes": []}}
    items = [
        item for part in later for each in part.get("incremental", ()) for item in each["items"]
    ]
    assert items == WHOLE["products"]["nodes"]


async def test_what_is_not_deferred_is_whole(url: str) -> None:
    answer = await ask(url, "{ products { totalCount } }", PARTS)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json() == {"data": FIRST}


@pytest.mark.usefixtures("node")
async def test_apollos_client_joins_the_parts(url: str) -> None:
    script = partial(run_script, "defer.mjs", {"url": url, "query": DEFERRED})
    assert await anyio.to_thread.run_sync(script) == [FIRST, WHOLE]


async def test_who_takes_no_parts_gets_it_whole(url: str) -> None:
    assert (await ask(url, DEFERRED, "application/json")).json() == {"data": WHOLE}

    events = (await ask(url, DEFERRED, f"text/event-stream, {PARTS}")).text
    assert json.loads(events.split("\n")[1].removeprefix("data: ")) == {"data": WHOLE}

    socket = WebsocketsTransport(url.replace("http", "ws"), subprotocols=["graphql-transport-ws"])
    async with Client(transport=socket) as session:
        assert await session.execute(GraphQLRequest(DEFERRED)) == WHOLE


async def test_a_later_error_has_a_code_and_tells_nothing_of_the_inside(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = Database.fetch

    async def broken(
        self: Database, statement: Executable, params: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        if "variants.sku" in str(statement):
            raise RuntimeError("the password is hunter2")
        return await fetch(self, statement, params)

    monkeypatch.setattr(Database, "fetch", broken)
    document = """{ products { nodes { name
        ... @defer { few: variants(first: 0) { totalCount } }
        ... @defer { variants { nodes { sku } } }
    } } }"""

    first, *later = await parts(url, document)
    assert first["data"] == {"products": {"nodes": [{"name": "Mug"}]}}
    refused, masked = (error for part in later for error in errors_of(part))
    assert refused["extensions"] == {"code": "BAD_USER_INPUT", "argument": "first"}
    assert refused["path"] == ["products", "nodes", 0, "few"]
    assert masked["extensions"].keys() == {"code", "errorId"}
    assert masked["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "hunter2" not in json.dumps(later)


async def test_nothing_is_deferred_without_the_setting(order: FollowedOrder) -> None:
    async with serving(order.settings) as port:
        answer = await ask(f"http://127.0.0.1:{port}/graphql", DEFERRED, PARTS)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    (error,) = answer.json()["errors"]
    assert error["message"] == "Unknown directive '@defer'."
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
