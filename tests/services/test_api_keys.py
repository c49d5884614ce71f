"""API keys: told once, kept as hashes, good until they expire or are revoked."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from core.database import Database
from models import ApiKey
from services import api_keys
from services.api_keys import PREFIX, ApiKeyNotFound, KnownKey

pytestmark = pytest.mark.anyio


async def create(database: Database, expires_at: datetime | None = None) -> str:
    async with database.session.begin() as session:
        return await api_keys.create(session, "acme", ["b", "a"], expires_at)


async def use(database: Database, text: str) -> KnownKey | None:
    async with database.session.begin() as session:
        return await api_keys.use(session, text)


async def stored(database: Database) -> ApiKey:
    async with database.session() as session:
        return (await session.scalars(select(ApiKey))).one()


async def revoke(database: Database, key_id: UUID) -> None:
    async with database.session.begin() as session:
        await api_keys.revoke(session, key_id)


async def test_a_key_is_kept_as_a_hash_and_its_beginning(database: Database) -> None:
    text = await create(database)

    key = await stored(database)
    assert text.startswith(PREFIX)
    assert len(text) == len(PREFIX) + 43
    assert key.hint == text[: len(PREFIX) + 6]
    assert (key.client, key.scopes, key.last_used_at) == ("acme", ["a", "b"], None)
    assert text not in repr(vars(key))


async def test_a_key_names_its_client_and_notes_its_use(database: Database) -> None:
    text = await create(database)

    known = await use(database, text)

    key = await stored(database)
    assert known == KnownKey(key.id, "acme", frozenset({"a", "b"}), None)
    assert key.last_used_at is not None


async def test_a_key_that_is_over_is_nobodys(database: Database) -> None:
    text = await create(database, datetime.now(UTC) - timedelta(seconds=1))

    assert await use(database, text) is None
    assert (await stored(database)).last_used_at is None


async def test_a_revoked_key_is_nobodys_for_good(database: Database) -> None:
    text = await create(database)
    key_id = (await stored(database)).id

    await revoke(database, key_id)

    assert await use(database, text) is None
    with pytest.raises(ApiKeyNotFound):
        await revoke(database, key_id)


@pytest.mark.parametrize("text", ["", PREFIX, PREFIX + "a" * 43])
async def test_no_other_text_is_a_key(database: Database, text: str) -> None:
    await create(database)

    assert await use(database, text) is None


async def test_a_key_that_never_was_cannot_be_revoked(database: Database) -> None:
    with pytest.raises(ApiKeyNotFound):
        await revoke(database, uuid4())
