"""The commands of a cart's lines; many lines cost as many statements as few."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import BadInput
from core.viewer import Viewer
from services.carts.errors import (
    LARGEST_QUANTITY,
    MOST_LINES,
    CartLineNotFound,
    Path,
    QuantityOutOfRange,
    TooManyLines,
    VariantNotFound,
)
from services.carts.offers import Offer, offers_of_lines, offers_of_variants
from services.carts.opening import (
    CartChoice,
    LockedCart,
    lock_cart,
    lock_or_open_cart,
    open_account_cart,
    open_anonymous_cart,
)
from services.carts.writing import change_lines, delete_lines


@dataclass(frozen=True)
class LineAddition:
    """So many more of a variant."""

    variant_id: UUID
    quantity: int


@dataclass(frozen=True)
class LineChange:
    """A new quantity of a line; 0 takes it out of the cart."""

    line_id: UUID
    quantity: int


async def create_for_account(
    session: AsyncSession, account_id: UUID, additions: Sequence[LineAddition]
) -> dict[str, Any]:
    """Open the account's one cart, or take the one that is open, and add the lines to it.

    Raises what `add_lines` raises of lines.
    """
    return await _add(session, await open_account_cart(session, account_id), additions)


async def create_anonymous(
    session: AsyncSession, secret_hash: bytes, additions: Sequence[LineAddition]
) -> dict[str, Any]:
    """Open a cart for whoever has the secret, and add the lines to it.

    Raises what `add_lines` raises of lines, and IdempotencyKeyReusedError.
    """
    return await _add(session, await open_anonymous_cart(session, secret_hash), additions)


async def add_lines(
    session: AsyncSession, viewer: Viewer, choice: CartChoice, additions: Sequence[LineAddition]
) -> dict[str, Any]:
    """Add to the quantities of lines, or add lines; an account's missing cart is opened.

    Raises CartNotFound, VersionConflict, VariantNotFound, QuantityOutOfRange, CurrencyMismatch,
    OutOfStock and TooManyLines. The stock is looked at and not taken: checking out takes it.
    """
    return await _add(session, await lock_or_open_cart(session, viewer, choice), additions)


async def update_lines(
    session: AsyncSession, viewer: Viewer, choice: CartChoice, changes: Sequence[LineChange]
) -> dict[str, Any]:
    """Set the quantities of lines; raises what `add_lines` raises, and CartLineNotFound."""
    quantities = {change.line_id: change.quantity for change in changes}
    if len(quantities) < len(changes):
        raise BadInput("lines", "Name each line once.")
    cart = await lock_cart(session, viewer, choice)
    offers = await offers_of_lines(session, cart.id, quantities)
    for number, change in enumerate(changes):
        path = ("lines", str(number))
        _check_change(cart, offers.get(change.line_id), path, change.quantity)
    removed = [line for line, quantity in quantities.items() if not quantity]
    kept = {
        offers[line].variant_id: (offers[line], quantity)
        for line, quantity in quantities.items()
        if quantity
    }
    await change_lines(session, cart, kept, removed)
    return {"cart_id": cart.id}


async def remove_lines(
    session: AsyncSession, viewer: Viewer, choice: CartChoice, line_ids: Sequence[UUID]
) -> dict[str, Any]:
    """Take lines out; raises CartNotFound, VersionConflict and CartLineNotFound."""
    cart = await lock_cart(session, viewer, choice)
    deleted = await change_lines(session, cart, {}, line_ids)
    for number, line_id in enumerate(line_ids):
        if line_id not in deleted:
            raise CartLineNotFound(("lines", str(number)))
    return {"cart_id": cart.id}


async def clear(session: AsyncSession, viewer: Viewer, choice: CartChoice) -> dict[str, Any]:
    """Take every line out; raises CartNotFound and VersionConflict."""
    cart = await lock_cart(session, viewer, choice)
    await delete_lines(session, cart)
    return {"cart_id": cart.id}


async def _add(
    session: AsyncSession, cart: LockedCart, additions: Sequence[LineAddition]
) -> dict[str, Any]:
    if len(additions) > MOST_LINES:
        raise TooManyLines
    if additions:
        ids = {addition.variant_id for addition in additions}
        offers = await offers_of_variants(session, cart.id, ids)
        await change_lines(session, cart, _wanted(cart, offers, additions))
    return {"cart_id": cart.id}


def _wanted(
    cart: LockedCart, offers: Mapping[UUID, Offer], additions: Sequence[LineAddition]
) -> dict[UUID, tuple[Offer, int]]:
    """Add up what the cart holds and what is added, by variant, and check it as it grows."""
    wanted: dict[UUID, tuple[Offer, int]] = {}
    currency = cart.currency
    for number, addition in enumerate(additions):
        path = ("lines", str(number))
        if not 1 <= addition.quantity <= LARGEST_QUANTITY:
            raise QuantityOutOfRange((*path, "quantity"))
        if (offer := offers.get(addition.variant_id)) is None:
            raise VariantNotFound(path)
        currency = currency or offer.currency
        _, held = wanted.get(offer.variant_id, (offer, offer.held))
        offer.check(path, held + addition.quantity, currency)
        wanted[offer.variant_id] = (offer, held + addition.quantity)
    return wanted


def _check_change(cart: LockedCart, offer: Offer | None, path: Path, quantity: int) -> None:
    if offer is None:
        raise CartLineNotFound(path)
    if not 0 <= quantity <= LARGEST_QUANTITY:
        raise QuantityOutOfRange((*path, "quantity"), minimum=0)
    if quantity:
        offer.check(path, quantity, cart.currency or offer.currency)
