"""Carts are opened and filled."""

import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import strawberry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from benchmarks.references.callers import secret_hash
from benchmarks.references.plain import models
from benchmarks.references.plain import order_models as orders
from benchmarks.references.plain.carts import Cart
from benchmarks.references.plain.context import Info
from benchmarks.references.plain.errors import (
    CartNotFound,
    CurrencyMismatch,
    OutOfStock,
    QuantityOutOfRange,
    RefusedError,
    UserError,
    VariantNotFound,
)
from core.ids import decode_id

_LIFETIME = timedelta(days=30)
_LARGEST_QUANTITY = 999


@strawberry.input
class CartLineInput:
    variant: strawberry.ID
    quantity: int = 1


@strawberry.type
class CartCreatePayload:
    secret: str | None
    cart: Cart | None
    errors: list[UserError]


@strawberry.type
class CartLinesAddPayload:
    cart: Cart | None
    errors: list[UserError]


def _wanted(lines: list[CartLineInput]) -> Counter[UUID]:
    """Return how many of each variant are to be added."""
    wanted: Counter[UUID] = Counter()
    for line in lines:
        if not 1 <= line.quantity <= _LARGEST_QUANTITY:
            raise RefusedError(QuantityOutOfRange.make())
        wanted[decode_id(line.variant)[1]] += line.quantity
    return wanted


def _check(cart: orders.Cart, variant: models.Variant, quantity: int) -> None:
    if quantity > _LARGEST_QUANTITY:
        raise RefusedError(QuantityOutOfRange.make())
    if cart.currency not in {None, variant.currency}:
        raise RefusedError(CurrencyMismatch.make())
    if quantity > variant.available:
        raise RefusedError(OutOfStock.make(variant.available))


async def _fill(session: AsyncSession, cart: orders.Cart, lines: list[CartLineInput]) -> None:
    """Add to the lines of a locked cart, all or none."""
    wanted = _wanted(lines)
    found = await session.scalars(
        select(models.Variant)
        .where(models.Variant.id.in_(wanted))
        .options(joinedload(models.Variant.product), joinedload(models.Variant.stock))
    )
    variants = {row.id: row for row in found if row.is_on_sale}
    held = await session.scalars(
        select(orders.CartLine).where(
            orders.CartLine.cart_id == cart.id, orders.CartLine.variant_id.in_(wanted)
        )
    )
    kept = {row.variant_id: row for row in held}
    for key, added in sorted(wanted.items()):
        if (variant := variants.get(key)) is None:
            raise RefusedError(VariantNotFound.make())
        quantity = added + (kept[key].quantity if key in kept else 0)
        _check(cart, variant, quantity)
        cart.currency = variant.currency
        if (line := kept.get(key)) is None:
            line = orders.CartLine(cart_id=cart.id, variant_id=key)
            session.add(line)
        line.quantity, line.seen_price_minor = quantity, variant.price_minor
    cart.version += 1
    cart.expires_at = datetime.now(UTC) + _LIFETIME


async def cart_create(info: Info, lines: list[CartLineInput]) -> CartCreatePayload:
    secret = secrets.token_urlsafe(32)
    cart = orders.Cart(secret_hash=secret_hash(secret), expires_at=datetime.now(UTC) + _LIFETIME)
    try:
        async with info.context.sessions.begin() as session:
            session.add(cart)
            await session.flush()
            await _fill(session, cart, lines)
    except RefusedError as refused:
        return CartCreatePayload(secret=None, cart=None, errors=[refused.error])
    return CartCreatePayload(secret=secret, cart=Cart.of(cart), errors=[])


async def cart_lines_add(info: Info, lines: list[CartLineInput]) -> CartLinesAddPayload:
    try:
        async with info.context.sessions.begin() as session:
            cart = await _locked(session, info)
            await _fill(session, cart, lines)
    except RefusedError as refused:
        return CartLinesAddPayload(cart=None, errors=[refused.error])
    return CartLinesAddPayload(cart=Cart.of(cart), errors=[])


async def _locked(session: AsyncSession, info: Info) -> orders.Cart:
    secret = info.context.cart_secret_hash
    cart = await session.scalar(
        select(orders.Cart)
        .where(orders.Cart.secret_hash == secret, orders.Cart.status == "open")
        .with_for_update()
    )
    if secret is None or cart is None:
        raise RefusedError(CartNotFound.make())
    return cart
