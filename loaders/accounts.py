from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from loaders.batches import Listing, pages_by_key, rows_by_key
from loaders.viewers import VIEWER_ID
from models import Account, Address

BY_AGE = Order("age", ("id",))


class AccountRow(Row, columns={**Account.__table__.c}):
    id: UUID
    email: str
    name: str
    role: str
    created_at: datetime


class AddressRow(Row, columns={**Address.__table__.c}):
    id: UUID
    recipient: str
    line1: str
    line2: str
    postal_code: str
    city: str
    region: str
    country_code: str


@cache
def _visible_accounts(role: str | None) -> Select[Any]:
    """Show an account, and what hangs below it, to itself and to admins."""
    accounts = select(Account)
    return accounts if role == "admin" else accounts.where(Account.id == VIEWER_ID)


@cache
def _visible_addresses(role: str | None) -> Select[Any]:
    addresses = select(Address)
    return addresses if role == "admin" else addresses.where(Address.account_id == VIEWER_ID)


@batch_read
async def accounts_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[AccountRow | None]:
    source = _visible_accounts(context.viewer.role)
    return await rows_by_key(
        context, AccountRow, keys, columns=columns, key=Account.id, source=source
    )


@batch_read
async def addresses_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[AddressRow | None]:
    source = _visible_addresses(context.viewer.role)
    return await rows_by_key(
        context, AddressRow, keys, columns=columns, key=Address.id, source=source
    )


@batch_read
async def addresses_by_account(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[AddressRow]]:
    return await pages_by_key(
        context,
        keys,
        Listing(AddressRow, _visible_addresses(context.viewer.role), BY_AGE),
        Address.account_id,
        columns=columns,
        page=page,
    )
