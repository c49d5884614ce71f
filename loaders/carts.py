"""Open carts and their lines, as they would cost now.

A cart is seen by its account and by whoever has its secret, and by nobody else: staff have no
business in it. Once it is ordered or merged it is not seen at all: the order, or the account's
cart, shows what was in it.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    case,
    cast,
    func,
    or_,
    select,
)

from core.reads import Context, Order, Page, PageRequest, Row
from core.statements import Statement
from core.telemetry import batch_read
from loaders.batches import SHAPES, Listing, pages_by_key, rows_by_key
from loaders.viewers import VIEWER_ID, VIEWER_SECRET, viewer_params
from models import Cart, CartLine, Product, Variant

OLDEST = Order("oldest", ("id",))

# What is not on sale now, or not in the cart's currency, has no price in it.
_UNIT_PRICE = case(
    (and_(Product.status == "active", Variant.currency == Cart.currency), Variant.price_minor)
)


def _priced_lines() -> Select[Any]:
    return (
        select(CartLine)
        .join(Variant, Variant.id == CartLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
    )


def _sum_of_lines(value: SQLColumnExpression[Any], lines: Select[Any]) -> ScalarSelect[Any]:
    # A sum of big integers is a decimal to PostgreSQL.
    total = cast(func.coalesce(func.sum(value), 0), BigInteger)
    own = lines.with_only_columns(total, maintain_column_froms=True)
    return own.where(CartLine.cart_id == Cart.id).correlate(Cart).scalar_subquery()


class CartRow(
    Row,
    columns={
        **Cart.__table__.c,
        "item_count": _sum_of_lines(CartLine.quantity, select(CartLine)),
        "subtotal_minor": _sum_of_lines(CartLine.quantity * _UNIT_PRICE, _priced_lines()),
    },
):
    id: UUID
    account_id: UUID | None
    version: int
    currency: str | None
    expires_at: datetime
    item_count: int
    subtotal_minor: int


class CartLineRow(
    Row,
    columns={
        **CartLine.__table__.c,
        "currency": Cart.__table__.c.currency,
        "unit_price_minor": _UNIT_PRICE,
    },
):
    id: UUID
    variant_id: UUID
    quantity: int
    seen_price_minor: int
    currency: str
    unit_price_minor: int | None


_OWN = or_(Cart.account_id == VIEWER_ID, Cart.secret_hash == VIEWER_SECRET)
_VISIBLE_CARTS = select(Cart).where(Cart.status == "open", _OWN)
_VISIBLE_LINES = (
    _VISIBLE_CARTS.join(CartLine, CartLine.cart_id == Cart.id)
    .join(Variant, Variant.id == CartLine.variant_id)
    .join(Product, Product.id == Variant.product_id)
)


@batch_read
async def carts_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[CartRow | None]:
    key, source = Cart.id, _VISIBLE_CARTS
    return await rows_by_key(context, CartRow, keys, columns=columns, key=key, source=source)


@batch_read
async def carts_by_account(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[CartRow | None]:
    """Return the one open cart of each account."""
    key, source = Cart.account_id, _VISIBLE_CARTS
    return await rows_by_key(context, CartRow, keys, columns=columns, key=key, source=source)


@batch_read
async def cart_of_viewer(context: Context, *, columns: frozenset[str]) -> CartRow | None:
    """Return the account's cart, or else the one that the secret opens."""
    viewer = context.viewer
    if viewer.account_id is None and viewer.cart_secret_hash is None:
        return None
    names = columns | {"id"}
    found = await context.fetch(_viewers_statement(names), viewer_params(viewer))
    return CartRow.of(names, found[0]) if found else None


@lru_cache(SHAPES)
def _viewers_statement(names: frozenset[str]) -> Statement:
    return Statement(
        _VISIBLE_CARTS.with_only_columns(*CartRow.select(names), maintain_column_froms=True)
        .order_by(Cart.account_id.nulls_last())
        .limit(1)
    )


@batch_read
async def cart_lines_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[CartLineRow | None]:
    key, source = CartLine.id, _VISIBLE_LINES
    return await rows_by_key(context, CartLineRow, keys, columns=columns, key=key, source=source)


@batch_read
async def cart_lines_by_cart(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[CartLineRow]]:
    listing = Listing(CartLineRow, _VISIBLE_LINES, OLDEST)
    return await pages_by_key(context, keys, listing, CartLine.cart_id, columns=columns, page=page)
