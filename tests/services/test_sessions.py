"""Sessions: refresh tokens are used once, and what happens where one is used twice."""

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from core.database import Database
from core.errors import DomainError
from models import Account, Event, PasswordReset, RefreshToken
from services import passwords, sessions
from services.passwords import InvalidResetToken, Proof, WrongPassword
from services.sessions import InvalidRefreshToken, WrongCredentials
from tests.factories import Factory

pytestmark = pytest.mark.anyio

MONTH = timedelta(days=30)


async def proof_of(database: Database, account_id: UUID) -> Proof:
    (row,) = await database.fetch(
        select(Account.id, Account.role, Account.password_hash).where(Account.id == account_id), {}
    )
    return Proof(*row)


async def log_in(database: Database, proof: Proof) -> str:
    async with database.session.begin() as session:
        started = await sessions.log_in(session, proof, None, MONTH)
    token: str = started["refresh_token"]
    return token


async def refresh(database: Database, token: str) -> dict[str, Any]:
    async with database.session.begin() as session:
        return await sessions.refresh(session, token, MONTH)


async def end_if_reused(database: Database, token: str) -> None:
    async with database.session.begin() as session:
        await sessions.end_if_reused(session, token)


async def age(database: Database, **values: Any) -> None:
    async with database.session.begin() as session:
        await session.execute(update(RefreshToken).values(**values))


async def rows(database: Database, column: Any) -> list[Any]:
    return [row[0] for row in await database.fetch(select(column).order_by(RefreshToken.id), {})]


async def is_refused(database: Database, token: str) -> bool:
    try:
        await refresh(database, token)
    except InvalidRefreshToken:
        return True
    return False


@pytest.fixture
async def proof(factory: Factory, database: Database) -> Proof:
    return await proof_of(database, await factory.account(role="merchant"))


@pytest.fixture
async def token(database: Database, proof: Proof) -> str:
    return await log_in(database, proof)


async def test_a_log_in_keeps_the_hash_of_its_token_for_so_long(
    database: Database, proof: Proof, token: str
) -> None:
    ((account_id, token_hash, used_at, revoked_at, expires_at),) = await database.fetch(
        select(
            RefreshToken.account_id,
            RefreshToken.token_hash,
            RefreshToken.used_at,
            RefreshToken.revoked_at,
            RefreshToken.expires_at,
        ),
        {},
    )

    assert (account_id, token_hash) == (proof.account_id, sha256(token.encode()).digest())
    assert (used_at, revoked_at) == (None, None)
    assert abs(datetime.now(UTC) + MONTH - expires_at) < timedelta(minutes=1)


async def test_each_log_in_is_a_family_of_its_own(
    database: Database, proof: Proof, token: str
) -> None:
    other = await log_in(database, proof)

    assert other != token
    assert len(set(await rows(database, RefreshToken.family_id))) == 2


async def test_nobody_logs_in_without_a_proof(database: Database) -> None:
    async with database.session() as session:
        with pytest.raises(WrongCredentials):
            await sessions.log_in(session, None, None, MONTH)


async def test_a_proof_ends_with_the_password(database: Database, proof: Proof) -> None:
    async with database.session.begin() as session:
        await session.execute(update(Account).values(password_hash="another"))  # noqa: S106

    with pytest.raises(WrongCredentials):
        await log_in(database, proof)
    assert await rows(database, RefreshToken.id) == []


async def test_a_token_is_exchanged_for_its_successor(
    database: Database, proof: Proof, token: str
) -> None:
    first = await refresh(database, token)
    second = await refresh(database, first["refresh_token"])

    assert (first["account_id"], first["role"]) == (proof.account_id, "merchant")
    assert len({token, first["refresh_token"], second["refresh_token"]}) == 3
    assert len(set(await rows(database, RefreshToken.family_id))) == 1
    assert [used is None for used in await rows(database, RefreshToken.used_at)] == [
        False,
        False,
        True,
    ]


async def test_a_token_that_was_never_issued_is_refused(database: Database) -> None:
    assert await is_refused(database, "")
    assert await is_refused(database, "a" * 43)
    assert await is_refused(database, "\x00")


async def test_a_token_ends_with_its_time(database: Database, token: str) -> None:
    await age(database, expires_at=func.now())

    assert await is_refused(database, token)


async def test_a_token_that_is_used_again_ends_its_session(
    database: Database, proof: Proof, token: str
) -> None:
    elsewhere = await log_in(database, proof)
    successor = (await refresh(database, token))["refresh_token"]
    await age(database, used_at=RefreshToken.used_at - timedelta(seconds=11))

    assert await is_refused(database, token)
    await end_if_reused(database, token)

    assert await is_refused(database, successor)
    assert not await is_refused(database, elsewhere)


async def test_a_token_that_is_used_again_at_once_is_refused_alone(
    database: Database, token: str
) -> None:
    successor = (await refresh(database, token))["refresh_token"]

    assert await is_refused(database, token)
    await end_if_reused(database, token)

    assert not await is_refused(database, successor)


async def test_other_refusals_end_nothing(database: Database, token: str) -> None:
    await end_if_reused(database, "unknown")
    await end_if_reused(database, token)

    assert not await is_refused(database, token)


async def test_of_concurrent_refreshes_one_wins(database: Database, token: str) -> None:
    outcomes = await asyncio.gather(
        *(refresh(database, token) for _ in range(5)), return_exceptions=True
    )

    won = [each for each in outcomes if isinstance(each, dict)]
    assert len(won) == 1
    assert [type(each) for each in outcomes if each not in won] == [InvalidRefreshToken] * 4
    assert len(await rows(database, RefreshToken.id)) == 2
    await end_if_reused(database, token)
    assert not await is_refused(database, won[0]["refresh_token"])


async def test_no_successor_survives_the_end_of_its_session(database: Database, token: str) -> None:
    """A refresh that runs beside a log-out comes before it or is refused."""

    async def log_out() -> None:
        async with database.session.begin() as session:
            await sessions.log_out(session, token)

    await asyncio.gather(refresh(database, token), log_out(), return_exceptions=True)

    assert None not in await rows(database, RefreshToken.revoked_at)


async def test_a_log_out_ends_its_session_only(
    database: Database, proof: Proof, token: str
) -> None:
    elsewhere = await log_in(database, proof)
    successor = (await refresh(database, token))["refresh_token"]

    for _ in range(2):
        async with database.session.begin() as session:
            assert await sessions.log_out(session, successor) == {}

    assert await is_refused(database, successor)
    assert not await is_refused(database, elsewhere)


async def test_an_unknown_token_cannot_log_out(database: Database) -> None:
    async with database.session() as session:
        with pytest.raises(InvalidRefreshToken):
            await sessions.log_out(session, "unknown")


async def test_a_new_password_ends_every_session_and_starts_one(
    database: Database, proof: Proof, token: str
) -> None:
    reset = await issued(database, proof.account_id)
    async with database.session.begin() as session:
        changed = await sessions.change_password(session, proof, "new", MONTH)

    assert (changed["account_id"], changed["role"]) == (proof.account_id, "merchant")
    assert await proof_of(database, proof.account_id) == Proof(proof.account_id, "merchant", "new")
    assert await is_refused(database, token)
    assert not await is_refused(database, changed["refresh_token"])
    assert await refusal_of_reset(database, reset) is InvalidResetToken


@pytest.mark.parametrize("stale", [True, False])
async def test_a_wrong_password_changes_nothing(
    database: Database, proof: Proof, token: str, *, stale: bool
) -> None:
    wrong = Proof(proof.account_id, proof.role, "old") if stale else None
    async with database.session() as session:
        with pytest.raises(WrongPassword):
            await sessions.change_password(session, wrong, "new", MONTH)

    assert await proof_of(database, proof.account_id) == proof
    assert not await is_refused(database, token)


async def issued(database: Database, account_id: UUID) -> str:
    async with database.session.begin() as session:
        return await passwords.issue_reset(session, account_id)


async def reset(database: Database, token: str, password_hash: str = "new") -> Any:  # noqa: S107
    async with database.session.begin() as session:
        return await sessions.reset_password(session, token, password_hash)


async def refusal_of_reset(database: Database, token: str) -> type[DomainError] | None:
    try:
        await reset(database, token)
    except DomainError as error:
        return type(error)
    return None


async def test_a_reset_sets_the_password_once_and_ends_every_session(
    database: Database, proof: Proof, token: str
) -> None:
    first, second = [await issued(database, proof.account_id) for _ in range(2)]

    assert await reset(database, first) == {"account_id": proof.account_id}

    assert await proof_of(database, proof.account_id) == Proof(proof.account_id, "merchant", "new")
    assert await is_refused(database, token)
    for used in (first, second):
        assert await refusal_of_reset(database, used) is InvalidResetToken
    types = await database.fetch(select(Event.type, Event.aggregate_id), {})
    assert [tuple(row) for row in types] == [("account.password_changed", proof.account_id)]


async def test_a_reset_token_is_kept_as_its_hash_for_an_hour(
    database: Database, proof: Proof
) -> None:
    token = await issued(database, proof.account_id)

    ((token_hash, lifetime),) = await database.fetch(
        select(
            PasswordReset.token_hash,
            PasswordReset.expires_at - PasswordReset.created_at,
        ),
        {},
    )
    assert (token_hash, lifetime) == (sha256(token.encode()).digest(), timedelta(hours=1))


async def test_a_reset_token_that_is_too_old_or_unknown_changes_nothing(
    database: Database, proof: Proof, token: str
) -> None:
    old = await issued(database, proof.account_id)
    async with database.session.begin() as session:
        await session.execute(update(PasswordReset).values(expires_at=func.now()))

    for invalid in (old, "unknown", ""):
        assert await refusal_of_reset(database, invalid) is InvalidResetToken

    assert await proof_of(database, proof.account_id) == proof
    assert not await is_refused(database, token)


async def test_of_concurrent_resets_with_one_token_one_wins(
    database: Database, proof: Proof
) -> None:
    token = await issued(database, proof.account_id)

    outcomes = await asyncio.gather(
        *(reset(database, token, f"new {n}") for n in range(4)), return_exceptions=True
    )

    (winner,) = (n for n, each in enumerate(outcomes) if isinstance(each, dict))
    assert (await proof_of(database, proof.account_id)).password_hash == f"new {winner}"
    assert sum(isinstance(each, InvalidResetToken) for each in outcomes) == 3
