"""API keys: told once, kept as hashes, good until they expire or are revoked."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from core.database import Database
from core.viewer import PartnerKey
from models import ApiKey
from services import api_keys
from services.api_keys import (
    PREFIX,
    PUBLISH,
    ApiKeyNotFound,
    InvalidApiKey,
    KeyTerms,
    StoredKeys,
    UnknownScope,
    new_key,
)

pytestmark = pytest.mark.anyio


async def create(database: Database, **terms: object) -> str:
    text = new_key()
    async with database.session.begin() as session:
        await api_keys.create(session, text, KeyTerms("acme", **terms))  # type: ignore[arg-type]
    return text


async def stored(database: Database) -> ApiKey:
    async with database.session() as session:
        return (await session.scalars(select(ApiKey))).one()


async def revoke(database: Database, key_id: UUID) -> None:
    async with database.session.begin() as session:
        await api_keys.revoke(session, key_id)


async def test_a_key_is_kept_as_a_hash_and_its_beginning(database: Database) -> None:
    text = await create(database, scopes=[PUBLISH], maximum_cost=10, budget=100)

    key = await stored(database)
    assert text.startswith(PREFIX)
    assert len(text) == len(PREFIX) + 43
    assert key.hint == text[: len(PREFIX) + 6]
    assert (key.client, key.scopes, key.last_used_at) == ("acme", [PUBLISH], None)
    assert (key.maximum_cost, key.budget) == (10, 100)
    assert text not in repr(vars(key))


async def test_the_same_key_is_made_once(database: Database) -> None:
    text = await create(database)
    async with database.session.begin() as session:
        await api_keys.create(session, text, KeyTerms("other"))

    assert (await stored(database)).client == "acme"


async def test_a_scope_that_nothing_asks_for_is_refused(database: Database) -> None:
    with pytest.raises(UnknownScope):
        await create(database, scopes=[PUBLISH, "orders:write"])

    async with database.session() as session:
        assert await session.scalar(select(func.count(ApiKey.id))) == 0


async def test_a_key_names_its_client_and_notes_its_use(database: Database) -> None:
    text = await create(database, scopes=[PUBLISH], maximum_cost=10, budget=100)

    known = await StoredKeys(database).find(text)

    key = await stored(database)
    assert known == PartnerKey(key.id, "acme", frozenset({PUBLISH}), None, 10, 100)
    assert key.last_used_at is not None


async def test_a_key_that_was_found_is_not_looked_up_again_for_a_while(
    database: Database, all_statements: list[str]
) -> None:
    text, keys = await create(database), StoredKeys(database)
    del all_statements[:]

    assert await keys.find(text) == await keys.find(text)

    assert len(all_statements) == 1


async def test_a_key_that_is_over_is_nobodys(database: Database) -> None:
    text = await create(database, expires_at=datetime.now(UTC) - timedelta(seconds=1))

    with pytest.raises(InvalidApiKey):
        await StoredKeys(database).find(text)
    assert (await stored(database)).last_used_at is None


async def test_many_that_come_with_a_key_at_once_ask_for_it_once(
    database: Database, all_statements: list[str]
) -> None:
    text, keys = await create(database), StoredKeys(database)
    all_statements.clear()

    found = await asyncio.gather(*(keys.find(text) for _ in range(16)))

    assert [each.client for each in found] == ["acme"] * 16
    assert len(all_statements) == 1


async def test_one_that_gives_up_leaves_the_others_their_key(database: Database) -> None:
    text, keys = await create(database), StoredKeys(database)
    first, second = (asyncio.create_task(keys.find(text)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()

    assert (await second).client == "acme"


async def test_a_key_that_ends_while_it_is_believed_is_nobodys(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = datetime.now(UTC) + timedelta(hours=1)
    text, keys = await create(database, expires_at=ends), StoredKeys(database)
    assert (await keys.find(text)).expires_at == ends

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "Later":
            del tz
            return cls.fromtimestamp(ends.timestamp(), UTC)

    monkeypatch.setattr(api_keys, "datetime", Later)
    with pytest.raises(InvalidApiKey):
        await keys.find(text)


async def test_a_revoked_key_is_nobodys_for_good(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, keys = await create(database), StoredKeys(database)
    key_id = (await keys.find(text)).id

    await revoke(database, key_id)

    with pytest.raises(InvalidApiKey):
        await StoredKeys(database).find(text)
    # Whoever found it before takes it for good only for a while.
    assert (await keys.find(text)).id == key_id
    monkeypatch.setattr(api_keys, "monotonic", lambda: float("inf"))
    with pytest.raises(InvalidApiKey):
        await keys.find(text)
    with pytest.raises(ApiKeyNotFound):
        await revoke(database, key_id)


@pytest.mark.parametrize("text", ["", PREFIX, PREFIX + "a" * 43])
async def test_no_other_text_is_a_key(database: Database, text: str) -> None:
    await create(database)

    with pytest.raises(InvalidApiKey):
        await StoredKeys(database).find(text)


async def test_a_key_that_never_was_cannot_be_revoked(database: Database) -> None:
    with pytest.raises(ApiKeyNotFound):
        await revoke(database, uuid4())
