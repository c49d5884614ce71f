from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, select, true

from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from core.viewer import Viewer
from loaders.batches import Listing, pages_by_key, rows_by_key
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


def _sees(viewer: Viewer, account_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Show an account, and what hangs below it, to itself and to admins."""
    if viewer.role == "admin":
        return true()
    return false() if viewer.account_id is None else account_id == viewer.account_id


def _visible_addresses(viewer: Viewer) -> Select[Any]:
    return select(Address).where(_sees(viewer, Address.account_id.expression))


@batch_read
async def accounts_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[AccountRow | None]:
    source = select(Account).where(_sees(context.viewer, Account.id.expression))
    return await rows_by_key(
        context, AccountRow, keys, columns=columns, key=Account.id, source=source
    )


@batch_read
async def addresses_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[AddressRow | None]:
    source = _visible_addresses(context.viewer)
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
        Listing(AddressRow, _visible_addresses(context.viewer), BY_AGE),
        lambda key: Address.account_id == key,
        columns=columns,
        page=page,
    )
