"""A mutation under a client's key happens once: the draft-ietf-httpapi-idempotency-key-header."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import BadInput
from core.statements import Statement
from core.viewer import Viewer
from models import IdempotencyRecord

KEPT_FOR = timedelta(hours=24)
MAX_KEY_LENGTH = 255


class IdempotencyKeyReusedError(BadInput):
    """The key was used before with another input."""

    code = "IDEMPOTENCY_KEY_REUSED"

    def __init__(self) -> None:
        super().__init__(
            "idempotencyKey", "This key was used before with another input; take a new one."
        )


@dataclass(frozen=True)
class Once:
    """A caller's key for one mutation with one input."""

    scope: str
    mutation: str
    key: str
    input_hash: bytes


def once(viewer: Viewer, mutation: str, key: str | None, **given: object) -> Once | None:
    """Name the call by its caller, mutation, key and input; without a key there is nothing to do.

    Raises BadInput for a key that is empty or too long, or that PostgreSQL cannot store.
    """
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_KEY_LENGTH or "\0" in key:
        raise BadInput("idempotencyKey", f"A key has 1 to {MAX_KEY_LENGTH} characters, none NUL.")
    written = orjson.dumps(given, default=_plain, option=orjson.OPT_SORT_KEYS)
    return Once(_scope(viewer), mutation, key, hashlib.sha256(written).digest())


def _scope(viewer: Viewer) -> str:
    if viewer.account_id is not None:
        return f"account:{viewer.account_id}"
    if viewer.cart_secret_hash is not None:
        return f"cart:{viewer.cart_secret_hash.hex()}"
    if viewer.key is not None:
        return f"client:{viewer.key.client}"
    return "anonymous"


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, UUID) else repr(value)


async def claim(session: AsyncSession, call: Once) -> dict[str, Any] | None:
    """Take the key for this transaction, or return the outcome of the one that had it.

    A concurrent twin waits here until the first commits or rolls back. Raises
    IdempotencyKeyReusedError.
    """
    identity = _identity(call)
    if await _CLAIM.run(session, identity | {"input_hash": call.input_hash}):
        return None
    ((input_hash, outcome),) = await _FIND.run(session, identity)
    if input_hash != call.input_hash:
        raise IdempotencyKeyReusedError
    return _parsed(outcome) if outcome is not None else None


async def store(session: AsyncSession, call: Once, outcome: Mapping[str, Any]) -> None:
    """Keep what came of a call whose key this transaction has taken."""
    await _STORE.run(session, _identity(call) | {"written": _written(outcome)})


async def expire(session: AsyncSession, now: datetime) -> None:
    """Forget the outcomes that are older than a client may ask for."""
    await session.execute(
        delete(IdempotencyRecord).where(IdempotencyRecord.created_at < now - KEPT_FOR)
    )


def _written(outcome: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _written_value(value) for name, value in outcome.items()}


def _written_value(value: object) -> object:
    if isinstance(value, list):
        return [_written_value(each) for each in value]
    return {"uuid": str(value)} if isinstance(value, UUID) else value


def _parsed(outcome: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _parsed_value(value) for name, value in outcome.items()}


def _parsed_value(value: Any) -> Any:  # noqa: ANN401 - JSON is of any type.
    if isinstance(value, list):
        return [_parsed_value(each) for each in value]
    return UUID(value["uuid"]) if isinstance(value, dict) and "uuid" in value else value


def _identity(call: Once) -> dict[str, str]:
    return {"of": call.scope, "what": call.mutation, "under": call.key}


_IS_CALL = and_(
    IdempotencyRecord.scope == bindparam("of"),
    IdempotencyRecord.mutation == bindparam("what"),
    IdempotencyRecord.key == bindparam("under"),
)
_CLAIM = Statement(
    insert(IdempotencyRecord)
    .values(
        scope=bindparam("of"),
        mutation=bindparam("what"),
        key=bindparam("under"),
        input_hash=bindparam("input_hash"),
    )
    .on_conflict_do_nothing()
    .returning(IdempotencyRecord.key)
)
_FIND = Statement(
    select(IdempotencyRecord.input_hash, IdempotencyRecord.outcome)
    .where(_IS_CALL)
    .with_for_update()
)
_STORE = Statement(update(IdempotencyRecord).where(_IS_CALL).values(outcome=bindparam("written")))
