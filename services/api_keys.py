"""Keys that partners call with: shown once, kept as hashes, found in leaks by their prefix."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DomainError
from models import ApiKey

# Scanners of repositories and logs look for it.
PREFIX = "pyshop_key_"
_HINT_LENGTH = len(PREFIX) + 6


class ApiKeyNotFound(DomainError):
    """There is no such key, or it has been revoked."""

    code = "API_KEY_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such key in use.", path=("id",))


@dataclass(frozen=True)
class KnownKey:
    """Whose key a request brought, and what it may do."""

    id: UUID
    client: str
    scopes: frozenset[str]
    expires_at: datetime | None


async def create(
    session: AsyncSession,
    client: str,
    scopes: Collection[str],
    expires_at: datetime | None = None,
) -> str:
    """Make a key and return its text, which is kept nowhere."""
    text = PREFIX + secrets.token_urlsafe(32)
    await session.execute(
        insert(ApiKey).values(
            client=client,
            key_hash=_hash(text),
            hint=text[:_HINT_LENGTH],
            scopes=sorted(scopes),
            expires_at=expires_at,
        )
    )
    return text


async def use(session: AsyncSession, text: str) -> KnownKey | None:
    """Return whose key it is and note that it was used; None where it is not good any more."""
    statement = (
        update(ApiKey)
        .where(
            ApiKey.key_hash == _hash(text),
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > func.now()),
        )
        .values(last_used_at=func.now())
        .returning(ApiKey.id, ApiKey.client, ApiKey.scopes, ApiKey.expires_at)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    return KnownKey(row.id, row.client, frozenset(row.scopes), row.expires_at)


async def revoke(session: AsyncSession, key_id: UUID) -> None:
    """End a key for good; raises ApiKeyNotFound where none with this id is in use."""
    statement = (
        update(ApiKey)
        .where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=func.now())
        .returning(ApiKey.id)
    )
    if (await session.scalar(statement)) is None:
        raise ApiKeyNotFound


async def every(session: AsyncSession) -> Sequence[ApiKey]:
    """Return all keys there ever were, by client and age."""
    return (await session.scalars(select(ApiKey).order_by(ApiKey.client, ApiKey.id))).all()


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
