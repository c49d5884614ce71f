"""The log of events, by REST."""

from typing import Any

import httpx
import pytest

from app.authentication import API_KEY
from core.cursors import encode_cursor
from core.database import Database
from loaders.event_positions import CursorAhead, CursorExpired
from services.api_keys import EVENTS
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.feed import Feed, open_feed

pytestmark = pytest.mark.anyio

TYPES = ["order.placed", "order.confirmed", "product.changed"]


@pytest.fixture
async def feed(database: Database) -> Feed:
    return await open_feed(database)


@pytest.fixture
async def headers(factory: Factory) -> dict[str, str]:
    """What a partner's program sends that may read events."""
    return {API_KEY: await factory.api_key("acme", EVENTS)}


def types(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [each["type"] for each in response.json()["events"]]


async def test_a_program_asks_again_for_what_is_new(
    api: httpx.AsyncClient, feed: Feed, headers: dict[str, str]
) -> None:
    seen: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    for size in (2, 1, 0):
        page = (await api.get("/v1/events", params={"first": 2, **after}, headers=headers)).json()
        assert len(page["events"]) == size
        seen += page["events"]
        after = {"after": page["next"]}
    await feed.change()
    fresh = await api.get("/v1/events", params=after, headers=headers)

    assert [each["type"] for each in seen] == TYPES
    assert types(fresh) == ["product.changed"]
    assert fresh.json()["events"][0]["sequence"] == 2
    assert seen[0]["aggregate"] == {"type": "order", "id": feed.ids["order"]}
    assert set(seen[0]) == {
        *("id", "type", "version", "sequence", "cursor", "occurredAt", "aggregate", "data")
    }


async def test_types_and_aggregate_choose(
    api: httpx.AsyncClient, feed: Feed, headers: dict[str, str]
) -> None:
    of_types = {"types": TYPES[1:]}
    of_order = {"aggregate": feed.ids["order"]}

    assert types(await api.get("/v1/events", params=of_types, headers=headers)) == TYPES[1:]
    assert types(await api.get("/v1/events", params=of_order, headers=headers)) == TYPES[:2]


async def test_an_admin_is_told_of_accounts_too(
    api: httpx.AsyncClient, feed: Feed, as_account: AsAccount
) -> None:
    del feed
    admin = await as_account("admin")

    told = types(await api.get("/v1/events", headers=admin.headers))
    assert told == [*TYPES, "account.registered"]


@pytest.mark.parametrize(
    ("role", "status", "code"),
    [
        (None, 401, "UNAUTHENTICATED"),
        ("customer", 403, "FORBIDDEN"),
        ("merchant", 403, "FORBIDDEN"),
    ],
)
async def test_nobody_else_is_told(
    api: httpx.AsyncClient, as_account: AsAccount, role: str | None, status: int, code: str
) -> None:
    headers = (await as_account(role)).headers if role else {}
    refused = await api.get("/v1/events", headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_a_key_needs_the_scope(api: httpx.AsyncClient, factory: Factory) -> None:
    headers = {API_KEY: await factory.api_key("acme")}
    refused = await api.get("/v1/events", headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("position", "status", "error"), [(3, 410, CursorExpired()), (5, 422, CursorAhead())]
)
async def test_a_cursor_that_leads_nowhere_is_refused(
    api: httpx.AsyncClient,
    feed: Feed,
    headers: dict[str, str],
    position: int,
    status: int,
    error: CursorExpired | CursorAhead,
) -> None:
    await feed.expire(4)
    after = {"after": encode_cursor("events", [position])}
    refused = await api.get("/v1/events", params=after, headers=headers)

    assert refused.status_code == status
    told: dict[str, Any] = refused.json()
    assert (told["code"], told["detail"]) == (error.code, str(error))


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({"after": "bm9wZQ"}, ["after"]),
        ({"types": "order.lost"}, ["types"]),
        ({"types": "lost"}, ["types", "0"]),
        ({"aggregate": "order"}, ["aggregate"]),
        ({"first": "101"}, ["first"]),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    api: httpx.AsyncClient, headers: dict[str, str], params: dict[str, str], path: list[str]
) -> None:
    refused = await api.get("/v1/events", params=params, headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (422, "BAD_USER_INPUT")
    assert [each["path"] for each in refused.json()["errors"]] == [path]
