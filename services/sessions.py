"""Sessions: a log-in and the refresh tokens that descend from it, its family.

Whoever starts, continues or ends a session has locked the account's row. So a session cannot go
on unseen while all sessions of its account end.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DomainError
from models import Account, RefreshToken
from services import accounts, carts, passwords
from services.passwords import Proof, WrongPassword

# Two tabs of a browser may refresh at once with the token that they share. The second is refused,
# and can take the token that the first was given; it does not end the session of both.
GRACE = timedelta(seconds=10)


class WrongCredentials(DomainError):
    """No account has this address and password; which of them is wrong is not told."""

    code = "WRONG_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("No account has this e-mail address and this password.")


class InvalidRefreshToken(DomainError):
    """The token was never issued, was used, is too old, or its session has ended."""

    code = "INVALID_REFRESH_TOKEN"

    def __init__(self) -> None:
        super().__init__(
            "This refresh token is not valid any more: log in again.", path=("refreshToken",)
        )


class _Known(NamedTuple):
    """A refresh token whose account is locked."""

    id: UUID
    account_id: UUID
    family_id: UUID
    role: str


async def log_in(
    session: AsyncSession,
    proof: Proof | None,
    cart_secret_hash: bytes | None,
    lifetime: timedelta,
) -> dict[str, Any]:
    """Start a session, and give the account the cart that was filled before.

    Raises WrongCredentials without a proof, and where the password was changed after it.
    """
    if proof is None or not await passwords.holds(session, proof):
        raise WrongCredentials
    await carts.merge_into_account(session, proof.account_id, cart_secret_hash)
    return await _started(session, proof, lifetime)


async def change_password(
    session: AsyncSession, proof: Proof | None, password_hash: str, lifetime: timedelta
) -> dict[str, Any]:
    """Set a new password, end all sessions and start one; raises WrongPassword."""
    if proof is None or not await passwords.holds(session, proof):
        raise WrongPassword
    await _replace_password(session, proof.account_id, password_hash)
    return await _started(session, proof, lifetime)


async def reset_password(session: AsyncSession, token: str, password_hash: str) -> dict[str, Any]:
    """Set a new password by the token that was mailed and end all sessions.

    Raises InvalidResetToken.
    """
    account_id = await passwords.redeem_reset(session, token)
    await _replace_password(session, account_id, password_hash)
    return {"account_id": account_id}


async def refresh(session: AsyncSession, token: str, lifetime: timedelta) -> dict[str, Any]:
    """Use a refresh token, once, and return its successor; raises InvalidRefreshToken.

    After a refusal the caller runs `end_if_reused`, in a transaction of its own: this one is
    rolled back.
    """
    known = await _lock(session, token)
    if known is None:
        raise InvalidRefreshToken
    used = (
        update(RefreshToken)
        .where(
            RefreshToken.id == known.id,
            RefreshToken.used_at.is_(None),
            RefreshToken.revoked_at.is_(None),
            RefreshToken.expires_at > func.now(),
        )
        .values(used_at=func.now())
        .returning(RefreshToken.id)
    )
    if await session.scalar(used) is None:
        raise InvalidRefreshToken
    successor = await _issue(session, known.account_id, known.family_id, lifetime)
    return {"account_id": known.account_id, "role": known.role, "refresh_token": successor}


async def end_if_reused(session: AsyncSession, token: str) -> dict[str, Any]:
    """End the session of a token that was used before: somebody has a copy of it."""
    known = await _lock(session, token)
    if known is not None:
        reused = select(RefreshToken.family_id).where(
            RefreshToken.id == known.id, RefreshToken.used_at < func.now() - GRACE
        )
        await _end(session, RefreshToken.family_id == reused.scalar_subquery())
    return {}


async def log_out(session: AsyncSession, token: str) -> dict[str, Any]:
    """End the session of a refresh token, again if need be; raises InvalidRefreshToken."""
    known = await _lock(session, token)
    if known is None:
        raise InvalidRefreshToken
    await _end(session, RefreshToken.family_id == known.family_id)
    return {}


async def expire(session: AsyncSession, now: datetime) -> None:
    """Forget the tokens that nobody could use any more, had they been used or not."""
    await session.execute(delete(RefreshToken).where(RefreshToken.expires_at < now))


async def _lock(session: AsyncSession, token: str) -> _Known | None:
    is_it = RefreshToken.token_hash == _hash(token)
    account_id = await session.scalar(select(RefreshToken.account_id).where(is_it))
    if account_id is None:
        return None
    await accounts.lock(session, account_id)
    statement = (
        select(RefreshToken.id, RefreshToken.account_id, RefreshToken.family_id, Account.role)
        .join(Account, Account.id == RefreshToken.account_id)
        .where(is_it)
    )
    return _Known(*(await session.execute(statement)).one())


async def _started(session: AsyncSession, proof: Proof, lifetime: timedelta) -> dict[str, Any]:
    token = await _issue(session, proof.account_id, None, lifetime)
    return {"account_id": proof.account_id, "role": proof.role, "refresh_token": token}


async def _issue(
    session: AsyncSession, account_id: UUID, family_id: UUID | None, lifetime: timedelta
) -> str:
    token = secrets.token_urlsafe(32)
    await session.execute(
        insert(RefreshToken).values(
            account_id=account_id,
            family_id=family_id or func.uuidv7(),
            token_hash=_hash(token),
            expires_at=func.now() + lifetime,
        )
    )
    return token


async def _replace_password(session: AsyncSession, account_id: UUID, password_hash: str) -> None:
    await passwords.replace(session, account_id, password_hash)
    await _end(session, RefreshToken.account_id == account_id)


async def _end(session: AsyncSession, which: ColumnElement[bool]) -> None:
    await session.execute(
        update(RefreshToken)
        .where(which, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
