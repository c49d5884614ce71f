"""A key that is revoked ends what is open by it, and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import literal, select

from core.document_store import Document
from models import ApiKey
from services import api_keys
from services.api_keys import KeyTerms, StoredKeys, new_key
from tests.app.test_streams import EVENTS, MULTIPART, data_of, parts, stream
from tests.client.conftest import serving
from tests.factories import Factory
from tests.live import FOLLOW, FollowedOrder
from tests.sockets import INIT, PATIENCE, follow, socket

pytestmark = pytest.mark.anyio

REFUSAL = "The API key is not good: it is mistyped, has expired, or was revoked."


@pytest.fixture
async def port(order: FollowedOrder, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A shop that believes in a key for less than a second, and a partner who may follow."""
    monkeypatch.setattr(StoredKeys, "BELIEVED_SECONDS", 0.2)
    monkeypatch.setattr(StoredKeys, "WATCHED_SECONDS", 0.05)
    await Factory(order.database).documents("acme", Document("Follow", "subscription", FOLLOW))
    async with serving(order.settings) as port:
        yield port


async def keyed(order: FollowedOrder) -> dict[str, str]:
    """Return the headers of the customer, who calls by a new key of acme."""
    text = new_key()
    async with order.database.session.begin() as session:
        await api_keys.create(session, text, KeyTerms("acme"))
    return {"Authorization": order.token(), "X-API-Key": text}


async def revoke(order: FollowedOrder, headers: dict[str, str]) -> None:
    own = select(ApiKey.id).where(literal(headers["X-API-Key"]).startswith(ApiKey.hint))
    async with order.database.session.begin() as session:
        await api_keys.revoke(session, (await session.scalars(own)).one())


async def test_a_socket_is_closed_as_for_a_bad_key(port: int, order: FollowedOrder) -> None:
    revoked, good = await keyed(order), await keyed(order)
    async with socket(port) as ended, socket(port, headers=revoked) as idle, socket(port) as kept:
        await ended.open(**revoked)
        await follow(ended, "1", order)
        await idle.open()
        await kept.open(**good)
        await follow(kept, "1", order)

        await revoke(order, revoked)

        assert await ended.closed() == (4401, REFUSAL)
        assert await idle.closed() == (4401, REFUSAL)
        await order.happen("confirmed")
        said = await kept.hear()
        assert said["payload"]["data"]["orderUpdated"]["eventType"] == "order.confirmed"
    async with socket(port) as again:
        await again.send(INIT | {"payload": revoked})
        assert await again.closed() == (4401, REFUSAL)


async def test_events_end_with_a_coded_error(port: int, order: FollowedOrder) -> None:
    revoked = await keyed(order)
    async with stream(port, order.follow, EVENTS | revoked) as body:
        assert "orderUpdated" in await body.until("\n\n")

        await revoke(order, revoked)

        assert_refused(json.loads(data_of(await body.rest())))


async def test_parts_end_with_a_coded_error(port: int, order: FollowedOrder) -> None:
    revoked = await keyed(order)
    async with stream(port, order.follow, MULTIPART | revoked) as body:
        first = await body.until("}}}\r\n--graphql")

        await revoke(order, revoked)

        state, refusal = parts(first + await body.rest())
        assert "orderUpdated" in state["payload"]["data"]
        assert_refused(refusal["payload"])


async def test_a_database_that_is_away_ends_nothing(
    port: int, order: FollowedOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = asyncio.Semaphore(0)

    async def away(_keys: StoredKeys, _hash: bytes) -> None:
        failed.release()
        raise OSError

    async with socket(port) as kept, asyncio.timeout(PATIENCE):
        await kept.open(**await keyed(order))
        await follow(kept, "1", order)
        with monkeypatch.context() as patch:
            patch.setattr(StoredKeys, "_use", away)
            for _ in range(3):
                await failed.acquire()
        await order.happen("confirmed")
        said = await kept.hear()
        assert said["payload"]["data"]["orderUpdated"]["eventType"] == "order.confirmed"


def assert_refused(answer: dict[str, Any]) -> None:
    (error,) = answer["errors"]
    assert answer["data"] is None
    assert (error["message"], error["extensions"]) == (REFUSAL, {"code": "INVALID_API_KEY"})
