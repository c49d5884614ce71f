"""Whose cart it is: carts are found, made and locked here, before anything of them changes."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.viewer import Viewer
from models import Cart
from services.carts.errors import CartNotFound
from services.idempotency import IdempotencyKeyReusedError
from services.versions import check_version

# An anonymous cart is dropped so long after its last change.
LIFETIME = timedelta(days=30)


@dataclass(frozen=True)
class LockedCart:
    """An open cart whose row this transaction has locked."""

    id: UUID
    version: int
    currency: str | None


@dataclass(frozen=True)
class CartChoice:
    """Which cart a command is for, without an id the viewer's open one, and at which version."""

    cart_id: UUID | None = None
    expected_version: int | None = None


_LOCKED = (Cart.id, Cart.version, Cart.currency)


def is_own(viewer: Viewer) -> ColumnElement[bool]:
    """Tell a cart of the viewer's: that of the account, or the one that the secret opens."""
    ways = []
    if viewer.account_id is not None:
        ways.append(Cart.account_id == viewer.account_id)
    if viewer.cart_secret_hash is not None:
        ways.append(Cart.secret_hash == viewer.cart_secret_hash)
    return or_(false(), *ways)


async def lock_cart(session: AsyncSession, viewer: Viewer, choice: CartChoice) -> LockedCart:
    """Lock the chosen open cart of the viewer's; raises CartNotFound and VersionConflict."""
    return _checked(await _find(session, viewer, choice.cart_id), choice)


async def lock_or_open_cart(
    session: AsyncSession, viewer: Viewer, choice: CartChoice
) -> LockedCart:
    """Do the same, but open a cart for an account that has none where no id was given.

    An anonymous cart is not opened on the way, because its secret would have to be told.
    """
    cart = await _find(session, viewer, choice.cart_id)
    if cart is None and choice.cart_id is None and viewer.account_id is not None:
        cart = await open_account_cart(session, viewer.account_id)
    return _checked(cart, choice)


async def open_account_cart(session: AsyncSession, account_id: UUID) -> LockedCart:
    """Return the account's one open cart, made if there is none, and lock it either way."""
    made = insert(Cart).values(account_id=account_id, expires_at=func.now() + LIFETIME)
    # Doing nothing would neither return nor lock the cart that is there.
    statement = made.on_conflict_do_update(
        index_elements=[Cart.account_id],
        index_where=text("status = 'open'"),
        set_={"account_id": made.excluded.account_id},
    ).returning(*_LOCKED)
    return LockedCart(*(await session.execute(statement)).one())


async def open_anonymous_cart(session: AsyncSession, secret_hash: bytes) -> LockedCart:
    """Make a cart for whoever has the secret.

    Raises IdempotencyKeyReusedError where the secret comes from a key that made a cart before,
    so long ago that the outcome was forgotten.
    """
    statement = (
        insert(Cart)
        .values(secret_hash=secret_hash, expires_at=func.now() + LIFETIME)
        .on_conflict_do_nothing(index_elements=[Cart.secret_hash])
        .returning(*_LOCKED)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise IdempotencyKeyReusedError
    return LockedCart(*row)


async def _find(session: AsyncSession, viewer: Viewer, cart_id: UUID | None) -> LockedCart | None:
    statement = select(*_LOCKED).where(Cart.status == "open", is_own(viewer))
    if cart_id is not None:
        statement = statement.where(Cart.id == cart_id)
    # The account's own comes before one of a browser that was not merged into it.
    statement = statement.order_by(Cart.account_id.nulls_last()).limit(1)
    row = (await session.execute(statement.with_for_update())).one_or_none()
    return None if row is None else LockedCart(*row)


def _checked(cart: LockedCart | None, choice: CartChoice) -> LockedCart:
    if cart is None:
        raise CartNotFound
    check_version(choice.expected_version, cart.version)
    return cart
