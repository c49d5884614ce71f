"""What the shop knows of how an order is to be sent: read at once, whatever is asked for."""

from dataclasses import fields
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from core.statements import Statement
from models import Account, Address, ShippingMethod
from services.addresses import PostalAddress


class Terms(NamedTuple):
    """The price of a shipping method, and of an account its email and one of its addresses.

    What there is not is None; an address is a dict as orders keep it.
    """

    shipping_minor: int | None
    email: str | None
    address: dict[str, Any] | None


async def read_terms(
    session: AsyncSession,
    account_id: UUID | None,
    *,
    shipping_method: str,
    currency: str,
    address_id: UUID | None,
) -> Terms:
    given = {
        "account_id": account_id,
        "shipping_method": shipping_method,
        "currency": currency,
        "address_id": address_id,
    }
    (terms,) = await _TERMS.run(session, given)
    return Terms(*terms)


_PRICE = select(ShippingMethod.price_minor).where(
    ShippingMethod.code == bindparam("shipping_method"),
    ShippingMethod.currency == bindparam("currency"),
)
_EMAIL = select(Account.email).where(Account.id == bindparam("account_id"))
_ADDRESS = select(
    func.jsonb_build_object(
        *chain.from_iterable(
            (literal_column(f"'{field.name}'"), getattr(Address, field.name))
            for field in fields(PostalAddress)
        ),
        type_=JSONB,
    )
).where(Address.id == bindparam("address_id"), Address.account_id == bindparam("account_id"))
_TERMS = Statement(select(*(each.scalar_subquery() for each in (_PRICE, _EMAIL, _ADDRESS))))
