"""Passwords: their rules, their hashes, and how a forgotten one is replaced.

Hashing is slow by design and takes 64 MiB. It runs in threads, a few at a time, and never while
a transaction is open.
"""

import hashlib
import os
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from pwdlib import PasswordHash
from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DomainError
from core.ids import encode_id
from core.reads import Context
from models import Account, PasswordReset
from services import accounts, events
from services.emails import InvalidEmail, normalised
from services.event_types import (
    ACCOUNT_PASSWORD_CHANGED,
    ACCOUNT_PASSWORD_RESET_REQUESTED,
    AccountPayload,
)

SHORTEST, LONGEST = 12, 128
RESET_LIFETIME = timedelta(hours=1)

_HASHER = PasswordHash.recommended()
_THREADS = CapacityLimiter(os.cpu_count() or 1)

ResultT = TypeVar("ResultT")


class PasswordLengthRefused(DomainError):
    code = "PASSWORD_LENGTH_REFUSED"

    def __init__(self) -> None:
        super().__init__(
            f"A password has {SHORTEST} to {LONGEST} characters.",
            path=("password",),
            minimum=SHORTEST,
            maximum=LONGEST,
        )


class WrongPassword(DomainError):
    code = "WRONG_PASSWORD"

    def __init__(self) -> None:
        super().__init__("This is not the current password.", path=("currentPassword",))


class InvalidResetToken(DomainError):
    """The token was never issued, was used, or is too old."""

    code = "INVALID_RESET_TOKEN"

    def __init__(self) -> None:
        super().__init__(
            "This reset token is not valid any more: ask for another mail.", path=("token",)
        )


@dataclass(frozen=True)
class Proof:
    """That somebody knew an account's password; it holds as long as the account has this hash."""

    account_id: UUID
    role: str
    password_hash: str


async def hash_password(password: str) -> str:
    """Hash a new password; raises PasswordLengthRefused."""
    password = _normalised(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordLengthRefused
    return await _in_thread(_HASHER.hash, password)


async def prove_by_email(context: Context, email: str, password: str) -> Proof | None:
    """Return a proof where the account of the address has this password.

    An unknown address costs the same work as a known one.
    """
    try:
        address = normalised(email)
    except InvalidEmail:
        return await _prove(None, password)
    return await _prove(await _find(context, func.lower(Account.email) == address), password)


async def prove_by_id(context: Context, account_id: UUID, password: str) -> Proof | None:
    return await _prove(await _find(context, Account.id == account_id), password)


async def _find(context: Context, wanted: ColumnElement[bool]) -> Proof | None:
    found = await context.fetch(
        select(Account.id, Account.role, Account.password_hash).where(wanted), {}
    )
    return Proof(*found[0]) if found else None


async def _prove(claimed: Proof | None, password: str) -> Proof | None:
    is_right = await _in_thread(_is_right, claimed, _normalised(password))
    return claimed if is_right else None


def _is_right(claimed: Proof | None, password: str) -> bool:
    password_hash = _hash_of_nobody() if claimed is None else claimed.password_hash
    return _HASHER.verify(password, password_hash) and claimed is not None


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe())


def _normalised(password: str) -> str:
    """Make what different keyboards send for the same characters equal (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


async def _in_thread(work: Callable[..., ResultT], *args: Any) -> ResultT:  # noqa: ANN401 - of any work.
    return await to_thread.run_sync(work, *args, limiter=_THREADS)


async def holds(session: AsyncSession, proof: Proof) -> bool:
    """Lock the account and tell whether its password is still the proven one."""
    statement = select(Account.id).where(
        Account.id == proof.account_id, Account.password_hash == proof.password_hash
    )
    # The rows of others may go on referring to the account meanwhile.
    return await session.scalar(statement.with_for_update(key_share=True)) is not None


async def replace(session: AsyncSession, account_id: UUID, password_hash: str) -> None:
    """Set the password of an account that the caller has locked; open resets are void then."""
    await session.execute(
        update(Account).where(Account.id == account_id).values(password_hash=password_hash)
    )
    await session.execute(
        update(PasswordReset)
        .where(PasswordReset.account_id == account_id, PasswordReset.used_at.is_(None))
        .values(used_at=func.now())
    )
    await events.record(
        session,
        ACCOUNT_PASSWORD_CHANGED,
        account_id,
        AccountPayload(account_id=encode_id("account", account_id)),
        actor_id=account_id,
    )


async def request_reset(session: AsyncSession, email: str) -> dict[str, Any]:
    """Record that the account of an address wants a new password; without one, do nothing.

    The event carries no secret: whoever mails the token makes it by `issue_reset`. The answer
    is the same either way, so that nobody learns who has an account.
    """
    statement = select(Account.id).where(func.lower(Account.email) == normalised(email))
    account_id = await session.scalar(statement.with_for_update(key_share=True))
    if account_id is not None:
        await events.record(
            session,
            ACCOUNT_PASSWORD_RESET_REQUESTED,
            account_id,
            AccountPayload(account_id=encode_id("account", account_id)),
        )
    return {}


async def issue_reset(session: AsyncSession, account_id: UUID) -> str:
    """Return a token that sets a new password once, within an hour; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    await session.execute(
        insert(PasswordReset).values(
            account_id=account_id,
            token_hash=_token_hash(token),
            expires_at=func.now() + RESET_LIFETIME,
        )
    )
    return token


async def redeem_reset(session: AsyncSession, token: str) -> UUID:
    """Lock the account that a reset token was issued for; raises InvalidResetToken.

    The token is spent by the `replace` that follows, as are all others of the account.
    """
    is_it = PasswordReset.token_hash == _token_hash(token)
    account_id = await session.scalar(select(PasswordReset.account_id).where(is_it))
    if account_id is None:
        raise InvalidResetToken
    await accounts.lock(session, account_id)
    # Whether it was used is asked under the lock, where nobody else is using it.
    unused = select(PasswordReset.id).where(
        is_it, PasswordReset.used_at.is_(None), PasswordReset.expires_at > func.now()
    )
    if await session.scalar(unused) is None:
        raise InvalidResetToken
    return account_id


async def expire_resets(session: AsyncSession, now: datetime) -> None:
    """Forget the reset tokens that nobody could use any more, had they been used or not."""
    await session.execute(delete(PasswordReset).where(PasswordReset.expires_at < now))


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
