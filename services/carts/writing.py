"""How a locked cart is written: its lines in sets, and all of it as one change."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    String,
    Update,
    Uuid,
    all_,
    any_,
    bindparam,
    case,
    column,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.statements import Statement
from models import Cart, CartLine
from services.carts.errors import MOST_LINES, TooManyLines
from services.carts.offers import Offer
from services.carts.opening import LIFETIME, LockedCart

Wanted = Mapping[UUID, tuple[Offer, int]]


async def change_lines(
    session: AsyncSession, cart: LockedCart, wanted: Wanted, removed: Collection[UUID] = ()
) -> set[UUID]:
    """Give the cart so many of each variant, at the price shown now, and take other lines out.

    It counts as one change, and starts the cart's life anew; an empty cart is of no currency.
    Returns the ids of those of the removed lines that were there. Raises TooManyLines.
    """
    currency = cart.currency or next((offer.currency for offer, _ in wanted.values()), None)
    given = {
        "cart_id": cart.id,
        "variants": list(wanted),
        "quantities": [quantity for _, quantity in wanted.values()],
        "prices": [offer.price_minor for offer, _ in wanted.values()],
        "removed": list(removed),
        "currency": currency,
    }
    ((held, deleted),) = await _CHANGE.run(session, given)
    gone = set(deleted or ())
    added = sum(offer.line_id is None for offer, _ in wanted.values())
    if held - len(gone) + added > MOST_LINES:
        raise TooManyLines
    return gone


async def delete_lines(session: AsyncSession, cart: LockedCart) -> None:
    """Take all lines out of the cart, as one change."""
    await _CLEAR.run(session, {"cart_id": cart.id, "currency": None})


_IS_OF_CART = CartLine.cart_id == bindparam("cart_id")


def _array(name: str, of: Any) -> ColumnElement[Any]:  # noqa: ANN401 - it is a type of any value.
    return bindparam(name, type_=ARRAY(of))


def _written() -> Insert:
    chosen = (
        func.unnest(
            _array("variants", Uuid()),
            _array("quantities", Integer()),
            _array("prices", BigInteger()),
        )
        .table_valued(
            column("variant_id", Uuid()),
            column("quantity", Integer()),
            column("seen_price_minor", BigInteger()),
            name="chosen",
        )
        .render_derived()
    )
    made = insert(CartLine).from_select(
        ["cart_id", "variant_id", "quantity", "seen_price_minor"],
        # In key order, because the foreign key locks the variants.
        select(bindparam("cart_id", type_=Uuid()), *chosen.c).order_by(chosen.c.variant_id),
    )
    return made.on_conflict_do_update(
        index_elements=[CartLine.cart_id, CartLine.variant_id],
        set_={
            "quantity": made.excluded.quantity,
            "seen_price_minor": made.excluded.seen_price_minor,
            "updated_at": func.now(),
        },
    )


def _marked(has_lines: ColumnElement[bool]) -> Update:
    return (
        update(Cart)
        .where(Cart.id == bindparam("cart_id"))
        .values(
            version=Cart.version + 1,
            currency=case((has_lines, bindparam("currency", type_=String()))),
            expires_at=func.now() + LIFETIME,
        )
    )


def _changed() -> Update:
    """Return the whole change; each part of it sees the lines as they were before."""
    ids = _array("removed", Uuid())
    removed = delete(CartLine).where(_IS_OF_CART, CartLine.id == any_(ids))
    deleted = removed.returning(CartLine.id).cte("removed")
    is_any_written = func.cardinality(_array("variants", Uuid())) > 0
    is_any_kept = exists().where(_IS_OF_CART, CartLine.id != all_(ids))
    return (
        _marked(has_lines=or_(is_any_written, is_any_kept))
        .add_cte(_written().cte("written"))
        .returning(
            select(func.count()).where(_IS_OF_CART).scalar_subquery(),
            select(func.array_agg(deleted.c.id)).scalar_subquery(),
        )
    )


_CHANGE = Statement(_changed())
_CLEAR = Statement(
    _marked(has_lines=false()).add_cte(delete(CartLine).where(_IS_OF_CART).cte("removed"))
)
