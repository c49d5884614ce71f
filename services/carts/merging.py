"""At log-in the cart that was filled anonymously joins the account's."""

from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models import Cart, CartLine
from services.carts.errors import LARGEST_QUANTITY, MOST_LINES
from services.carts.opening import LIFETIME, LOCKED, LockedCart
from services.carts.writing import change_lines


async def merge_into_account(
    session: AsyncSession, account_id: UUID, cart_secret_hash: bytes | None
) -> UUID | None:
    """Give the account the cart that the secret opens, and return the id of its open cart.

    Quantities are added up to the largest a line takes. An account without an open cart gets the
    anonymous one as it is, and its secret opens it no longer. Carts of different currencies, or
    with too many lines together, stay two, so that nothing is lost and nobody is kept from
    logging in. The caller must not hold the account's row FOR UPDATE: whoever opens a cart of the
    account waits for that row, and is waited for here.
    """
    if cart_secret_hash is None:
        return None
    try:
        async with session.begin_nested():
            return await _merge(session, account_id, cart_secret_hash)
    except IntegrityError:
        # The account got an open cart after we looked. The savepoint gave our locks back, so that
        # both carts can be locked in the order of their keys.
        return await _merge(session, account_id, cart_secret_hash)


class _Carts(NamedTuple):
    anonymous: LockedCart | None
    own: LockedCart | None


async def _merge(session: AsyncSession, account_id: UUID, secret_hash: bytes) -> UUID | None:
    anonymous, own = await _lock(session, account_id, secret_hash)
    if anonymous is None:
        return None if own is None else own.id
    if own is None:
        await _adopt(session, anonymous, account_id)
        return anonymous.id
    if await _fit(session, anonymous, own):
        await _join(session, anonymous, own)
    return own.id


async def _lock(session: AsyncSession, account_id: UUID, secret_hash: bytes) -> _Carts:
    statement = (
        select(*LOCKED)
        .where(
            Cart.status == "open",
            or_(Cart.account_id == account_id, Cart.secret_hash == secret_hash),
        )
        .order_by(Cart.id)
        .with_for_update()
    )
    carts = [LockedCart(*row) for row in await session.execute(statement)]
    found = {cart.account_id: cart for cart in carts}
    return _Carts(found.get(None), found.get(account_id))


async def _adopt(session: AsyncSession, cart: LockedCart, account_id: UUID) -> None:
    await session.execute(
        update(Cart)
        .where(Cart.id == cart.id)
        .values(
            account_id=account_id,
            secret_hash=None,
            version=Cart.version + 1,
            expires_at=func.now() + LIFETIME,
        )
    )


async def _fit(session: AsyncSession, anonymous: LockedCart, own: LockedCart) -> bool:
    if None not in {anonymous.currency, own.currency} and anonymous.currency != own.currency:
        return False
    number = await session.scalar(
        select(func.count(CartLine.variant_id.distinct())).where(
            CartLine.cart_id.in_([anonymous.id, own.id])
        )
    )
    return (number or 0) <= MOST_LINES


async def _join(session: AsyncSession, anonymous: LockedCart, own: LockedCart) -> None:
    names = ["variant_id", "quantity", "seen_price_minor"]
    lines = select(literal(own.id), *(getattr(CartLine, name) for name in names))
    joined = insert(CartLine).from_select(
        ["cart_id", *names],
        lines.where(CartLine.cart_id == anonymous.id).order_by(CartLine.variant_id),
    )
    sum_ = CartLine.quantity + joined.excluded.quantity
    await session.execute(
        joined.on_conflict_do_update(
            index_elements=[CartLine.cart_id, CartLine.variant_id],
            set_={
                "quantity": func.least(sum_, LARGEST_QUANTITY),
                "seen_price_minor": joined.excluded.seen_price_minor,
                "updated_at": func.now(),
            },
        )
    )
    await session.execute(delete(CartLine).where(CartLine.cart_id == anonymous.id))
    await session.execute(update(Cart).where(Cart.id == anonymous.id).values(status="merged"))
    currency = own.currency or anonymous.currency
    await change_lines(session, replace(own, currency=currency), {})
