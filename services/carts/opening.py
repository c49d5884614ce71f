"""Whose cart it is: carts are found, made and locked here, before anything of them changes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    bindparam,
    false,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.statements import Statement
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
    account_id: UUID | None
    secret_hash: bytes | None


@dataclass(frozen=True)
class CartChoice:
    """Which cart a command is for, without an id the viewer's open one, and at which version."""

    cart_id: UUID | None = None
    expected_version: int | None = None


# What is read of a cart when it is locked.
LOCKED = (Cart.id, Cart.version, Cart.currency, Cart.account_id, Cart.secret_hash)


def owner_params(viewer: Viewer) -> dict[str, Any]:
    """Return what is known of the owner that the viewer may be: an account, a secret's hash."""
    owner = {"account_id": viewer.account_id, "secret_hash": viewer.cart_secret_hash}
    return {name: value for name, value in owner.items() if value is not None}


def is_own(params: Collection[str]) -> ColumnElement[bool]:
    """Tell a cart of the account's, or that the secret opens, whichever is among the parameters."""
    owners = (Cart.account_id, Cart.secret_hash)
    return or_(false(), *(each == bindparam(each.key) for each in owners if each.key in params))


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
    (made,) = await _OPEN_FOR_ACCOUNT.run(session, {"account_id": account_id})
    return LockedCart(*made)


async def open_anonymous_cart(session: AsyncSession, secret_hash: bytes) -> LockedCart:
    """Make a cart for whoever has the secret.

    Raises IdempotencyKeyReusedError where the secret comes from a key that made a cart before,
    so long ago that the outcome was forgotten.
    """
    made = await _OPEN_ANONYMOUSLY.run(session, {"secret_hash": secret_hash})
    if not made:
        raise IdempotencyKeyReusedError
    return LockedCart(*made[0])


async def _find(session: AsyncSession, viewer: Viewer, cart_id: UUID | None) -> LockedCart | None:
    params = owner_params(viewer)
    if cart_id is not None:
        params["id"] = cart_id
    found = await _finding(frozenset(params)).run(session, params)
    return LockedCart(*found[0]) if found else None


@cache
def _finding(params: frozenset[str]) -> Statement:
    statement = select(*LOCKED).where(Cart.status == "open", is_own(params))
    if "id" in params:
        statement = statement.where(Cart.id == bindparam("id"))
    # The account's own comes before one of a browser that was not merged into it.
    first = statement.order_by(Cart.account_id.nulls_last()).limit(1)
    return Statement(first.with_for_update())


def _checked(cart: LockedCart | None, choice: CartChoice) -> LockedCart:
    if cart is None:
        raise CartNotFound
    check_version(choice.expected_version, cart.version)
    return cart


def _opened(**owner: BindParameter[Any]) -> Insert:
    return insert(Cart).values(expires_at=func.now() + LIFETIME, **owner)


def _opened_for_account() -> Statement:
    made = _opened(account_id=bindparam("account_id"))
    # Doing nothing would neither return nor lock the cart that is there.
    there = made.on_conflict_do_update(
        index_elements=[Cart.account_id],
        index_where=text("status = 'open'"),
        set_={"account_id": made.excluded.account_id},
    )
    return Statement(there.returning(*LOCKED))


_OPEN_FOR_ACCOUNT = _opened_for_account()
_OPEN_ANONYMOUSLY = Statement(
    _opened(secret_hash=bindparam("secret_hash"))
    .on_conflict_do_nothing(index_elements=[Cart.secret_hash])
    .returning(*LOCKED)
)
