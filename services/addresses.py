"""The addresses that an account keeps."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DomainError
from core.ids import encode_id
from models import Address
from services import accounts, events
from services.event_types import (
    ACCOUNT_ADDRESS_ADDED,
    ACCOUNT_ADDRESS_CHANGED,
    ACCOUNT_ADDRESS_REMOVED,
    AddressPayload,
    EventType,
)

MOST_ADDRESSES = 50


@dataclass(frozen=True)
class PostalAddress:
    """Where something is sent; `line2` and `region` may be empty, `country_code` is ISO 3166-1."""

    recipient: str
    line1: str
    line2: str
    postal_code: str
    city: str
    region: str
    country_code: str


class AddressNotFound(DomainError):
    """There is no such address, or it is not the account's."""

    code = "ADDRESS_NOT_FOUND"

    def __init__(self, argument: str = "id") -> None:
        super().__init__("There is no such address of yours.", path=(argument,))


class TooManyAddresses(DomainError):
    code = "TOO_MANY_ADDRESSES"

    def __init__(self) -> None:
        super().__init__(
            f"An account keeps at most {MOST_ADDRESSES} addresses.", maximum=MOST_ADDRESSES
        )


async def add(session: AsyncSession, account_id: UUID, address: PostalAddress) -> dict[str, Any]:
    """Keep another address; raises TooManyAddresses."""
    await accounts.lock(session, account_id)
    count = select(func.count()).where(Address.account_id == account_id)
    if (await session.scalar(count) or 0) >= MOST_ADDRESSES:
        raise TooManyAddresses
    statement = insert(Address).values(account_id=account_id, **vars(address))
    address_id = (await session.execute(statement.returning(Address.id))).scalar_one()
    await _record(session, ACCOUNT_ADDRESS_ADDED, account_id, address_id)
    return {"account_id": account_id, "address_id": address_id}


async def change(
    session: AsyncSession, account_id: UUID, address_id: UUID, address: PostalAddress
) -> dict[str, Any]:
    """Replace every line of an address; raises AddressNotFound."""
    await accounts.lock(session, account_id)
    statement = update(Address).where(Address.id == address_id, Address.account_id == account_id)
    changed = statement.values(**vars(address)).returning(Address.id)
    if await session.scalar(changed) is None:
        raise AddressNotFound
    await _record(session, ACCOUNT_ADDRESS_CHANGED, account_id, address_id)
    return {"account_id": account_id, "address_id": address_id}


async def remove(session: AsyncSession, account_id: UUID, address_id: UUID) -> dict[str, Any]:
    """Forget an address; raises AddressNotFound. Orders keep their own copies."""
    await accounts.lock(session, account_id)
    statement = delete(Address).where(Address.id == address_id, Address.account_id == account_id)
    if await session.scalar(statement.returning(Address.id)) is None:
        raise AddressNotFound
    await _record(session, ACCOUNT_ADDRESS_REMOVED, account_id, address_id)
    return {"account_id": account_id}


async def _record(
    session: AsyncSession, type_: EventType[AddressPayload], account_id: UUID, address_id: UUID
) -> None:
    payload = AddressPayload(
        account_id=encode_id("account", account_id), address_id=encode_id("address", address_id)
    )
    await events.record(session, type_, account_id, payload, actor_id=account_id)
