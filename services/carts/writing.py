"""How the lines of a locked cart are written: in sets, and counted as one change."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    TableValuedAlias,
    Uuid,
    any_,
    case,
    column,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from models import Cart, CartLine
from services.carts.errors import MOST_LINES, TooManyLines
from services.carts.offers import Offer
from services.carts.opening import LIFETIME, LockedCart


async def write_lines(
    session: AsyncSession, cart: LockedCart, wanted: Mapping[UUID, tuple[Offer, int]]
) -> None:
    """Give the cart so many of each variant, at the price that the shopper is shown now."""
    chosen = _chosen(wanted)
    made = insert(CartLine).from_select(
        ["cart_id", "variant_id", "quantity", "seen_price_minor"],
        # In key order, because the foreign key locks the variants.
        select(literal(cart.id), *chosen.c).order_by(chosen.c.variant_id),
    )
    await session.execute(
        made.on_conflict_do_update(
            index_elements=[CartLine.cart_id, CartLine.variant_id],
            set_={
                "quantity": made.excluded.quantity,
                "seen_price_minor": made.excluded.seen_price_minor,
                "updated_at": func.now(),
            },
        )
    )


async def delete_lines(session: AsyncSession, cart: LockedCart, ids: Collection[UUID]) -> set[UUID]:
    """Take lines out of the cart and return the ids of those that were there."""
    deleted = await session.scalars(
        delete(CartLine)
        .where(CartLine.cart_id == cart.id, CartLine.id == any_(_array(ids, Uuid())))
        .returning(CartLine.id)
    )
    return set(deleted)


async def mark_changed(session: AsyncSession, cart: LockedCart, currency: str | None) -> None:
    """Count the change, and start the cart's life anew; an empty cart is of no currency.

    Raises TooManyLines.
    """
    lines = select(func.count()).where(CartLine.cart_id == cart.id).scalar_subquery()
    number = await session.scalar(
        update(Cart)
        .where(Cart.id == cart.id)
        .values(
            version=Cart.version + 1,
            currency=case((lines > 0, currency)),
            expires_at=func.now() + LIFETIME,
        )
        .returning(lines)
    )
    if number is not None and number > MOST_LINES:
        raise TooManyLines


def _chosen(wanted: Mapping[UUID, tuple[Offer, int]]) -> TableValuedAlias:
    """Return the variants, quantities and prices as a table, whatever their number."""
    return (
        func.unnest(
            _array(wanted, Uuid()),
            _array([quantity for _, quantity in wanted.values()], Integer()),
            _array([offer.price_minor for offer, _ in wanted.values()], BigInteger()),
        )
        .table_valued(
            column("variant_id", Uuid()),
            column("quantity", Integer()),
            column("seen_price_minor", BigInteger()),
            name="chosen",
        )
        .render_derived()
    )


def _array(values: Collection[Any], of: TypeEngine[Any]) -> ColumnElement[Any]:
    return literal(list(values), ARRAY(of))
