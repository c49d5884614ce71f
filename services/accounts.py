"""Accounts: who they are, apart from their passwords, sessions and addresses."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DomainError, UnauthenticatedError
from core.ids import encode_id
from models import Account
from services import events
from services.emails import normalised
from services.event_types import (
    ACCOUNT_REGISTERED,
    ACCOUNT_UPDATED,
    AccountPayload,
    RegisteredPayload,
)

LONGEST_NAME = 200


class Role(StrEnum):
    CUSTOMER = "customer"
    MERCHANT = "merchant"
    ADMIN = "admin"


class EmailTaken(DomainError):
    code = "EMAIL_TAKEN"

    def __init__(self) -> None:
        super().__init__("There is an account with this e-mail address.", path=("email",))


class NameTooLong(DomainError):
    code = "NAME_TOO_LONG"

    def __init__(self) -> None:
        super().__init__(
            f"A name has at most {LONGEST_NAME} characters.", path=("name",), maximum=LONGEST_NAME
        )


@dataclass(frozen=True)
class Registration:
    email: str
    password_hash: str
    name: str
    role: Role = Role.CUSTOMER


async def register(session: AsyncSession, registration: Registration) -> dict[str, Any]:
    """Make an account; raises InvalidEmail, EmailTaken and NameTooLong."""
    _check_name(registration.name)
    values = vars(registration) | {"email": normalised(registration.email)}
    account_id = await session.scalar(
        insert(Account).values(values).on_conflict_do_nothing().returning(Account.id)
    )
    if account_id is None:
        raise EmailTaken
    payload = RegisteredPayload(
        account_id=encode_id("account", account_id), role=registration.role.name
    )
    await events.record(session, ACCOUNT_REGISTERED, account_id, payload, actor_id=account_id)
    return {"account_id": account_id}


async def lock(session: AsyncSession, account_id: UUID) -> None:
    """Lock an account, so that what hangs below it changes in one transaction at a time.

    Other rows may go on referring to it. Raises UnauthenticatedError where there is none: then a
    token has outlived its account.
    """
    statement = select(Account.id).where(Account.id == account_id)
    if await session.scalar(statement.with_for_update(key_share=True)) is None:
        raise UnauthenticatedError


async def rename(session: AsyncSession, account_id: UUID, name: str) -> dict[str, Any]:
    """Change what an account is called; raises NameTooLong."""
    _check_name(name)
    await lock(session, account_id)
    await session.execute(update(Account).where(Account.id == account_id).values(name=name))
    payload = AccountPayload(account_id=encode_id("account", account_id))
    await events.record(session, ACCOUNT_UPDATED, account_id, payload, actor_id=account_id)
    return {"account_id": account_id}


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise NameTooLong
