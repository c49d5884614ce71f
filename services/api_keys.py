"""Keys that partners call with: shown once, kept as hashes, found in leaks by their prefix."""

import asyncio
import hashlib
import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import NoReturn
from uuid import UUID
from weakref import WeakValueDictionary

import asyncpg
from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database
from core.errors import DomainError
from core.viewer import PartnerKey
from models import ApiKey

# Scanners of repositories and logs look for it.
PREFIX = "pyshop_key_"
_HINT_LENGTH = len(PREFIX) + 6

PUBLISH = "documents:publish"
EVENTS = "events:read"
WEBHOOKS = "webhooks:write"
SCOPES = (PUBLISH, EVENTS, WEBHOOKS)


class ApiKeyNotFound(DomainError):
    """There is no such key, or it has been revoked."""

    code = "API_KEY_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such key in use.", path=("id",))


class UnknownScope(DomainError):
    """Nothing asks for a scope of this name."""

    code = "UNKNOWN_SCOPE"

    def __init__(self, scope: str) -> None:
        super().__init__(f"{scope} is no scope: there is {', '.join(SCOPES)}.", scope=scope)


class InvalidApiKey(DomainError):
    """The key was not made here, has expired, or was revoked."""

    code = "INVALID_API_KEY"

    def __init__(self) -> None:
        super().__init__("The API key is not good: it is mistyped, has expired, or was revoked.")


@dataclass(frozen=True)
class KeyTerms:
    """Whose a key is and what it may do; what is None is as for everybody."""

    client: str
    scopes: Collection[str] = ()
    expires_at: datetime | None = None
    maximum_cost: int | None = None
    budget: int | None = None


def new_key() -> str:
    """Return the text of a key that nobody can guess."""
    return PREFIX + secrets.token_urlsafe(32)


async def create(session: AsyncSession, text: str, terms: KeyTerms) -> None:
    """Keep a key by its hash, unless it is kept already; raises UnknownScope."""
    for scope in terms.scopes:
        if scope not in SCOPES:
            raise UnknownScope(scope)
    values = {
        "client": terms.client,
        "key_hash": _hash(text),
        "hint": text[:_HINT_LENGTH],
        "scopes": sorted(terms.scopes),
        "expires_at": terms.expires_at,
        "maximum_cost": terms.maximum_cost,
        "budget": terms.budget,
    }
    await session.execute(insert(ApiKey).values(values).on_conflict_do_nothing())


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


class StoredKeys:
    """The keys of a database; one that was found is believed for a few seconds.

    So a revoked key is refused everywhere after that time, and a busy partner costs a statement in
    it and no more.
    """

    BELIEVED_SECONDS = 10.0
    WATCHED_SECONDS = 1.0
    _KEPT = 10_000

    def __init__(self, database: Database) -> None:
        self._database = database
        self._found: dict[bytes, tuple[PartnerKey, float]] = {}
        self._asking = WeakValueDictionary[bytes, asyncio.Lock]()

    async def find(self, text: str) -> PartnerKey:
        """Return whose key it is and note that it was used; raises InvalidApiKey."""
        key_hash = _hash(text)
        key = self._believed(key_hash) or await self._ask(key_hash)
        if key.expires_at is not None and key.expires_at <= datetime.now(UTC):
            raise InvalidApiKey
        return key

    async def watch(self, text: str) -> NoReturn:
        """Look after the key of a connection that stays open; raises InvalidApiKey when it ends.

        Those of one key share what is believed, so that many ask the database little more than one.
        """
        while True:
            await asyncio.sleep(self.WATCHED_SECONDS)
            # Nobody is shut out by a failure of ours.
            with suppress(SQLAlchemyError, OSError, asyncpg.PostgresError):
                await self.find(text)

    def _believed(self, key_hash: bytes) -> PartnerKey | None:
        key, until = self._found.get(key_hash, (None, 0.0))
        return key if monotonic() < until else None

    async def _ask(self, key_hash: bytes) -> PartnerKey:
        """Ask the database: once for all that come with a key while it is asked for."""
        # Each would write into the same row, and wait for those before it.
        async with self._asking.setdefault(key_hash, asyncio.Lock()):
            if (key := self._believed(key_hash)) is None:
                self._found.pop(key_hash, None)
                key = await self._use(key_hash)
                self._keep(key_hash, key)
            return key

    async def _use(self, key_hash: bytes) -> PartnerKey:
        statement = (
            update(ApiKey)
            .where(
                ApiKey.key_hash == key_hash,
                ApiKey.revoked_at.is_(None),
                or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > func.now()),
            )
            .values(last_used_at=func.now())
            .returning(
                ApiKey.id,
                ApiKey.client,
                ApiKey.scopes,
                ApiKey.expires_at,
                ApiKey.maximum_cost,
                ApiKey.budget,
            )
        )
        async with self._database.session.begin() as session:
            row = (await session.execute(statement)).one_or_none()
        if row is None:
            raise InvalidApiKey
        return PartnerKey(
            row.id, row.client, frozenset(row.scopes), row.expires_at, row.maximum_cost, row.budget
        )

    def _keep(self, key_hash: bytes, key: PartnerKey) -> None:
        if len(self._found) >= self._KEPT:
            del self._found[next(iter(self._found))]
        self._found[key_hash] = (key, monotonic() + self.BELIEVED_SECONDS)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
