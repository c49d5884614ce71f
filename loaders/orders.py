"""Orders, their lines and payments, and who may see them.

An order is seen by its account, by whoever has the secret of the cart that it was, by admins, and
by merchants who sell something of it. They see the whole of it, as they would on its parcel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, bindparam, case, func, or_, select
from sqlalchemy.dialects.postgresql import array

import core.reads
from core.reads import Context, Page, PageRequest, Row
from core.telemetry import batch_read
from loaders.batches import Listing, page_of, pages_by_key, rows_by_key
from loaders.viewers import VIEWER_ID, VIEWER_ROLE, VIEWER_SECRET
from models import Order, OrderLine, Payment, Product, Variant

NEWEST = core.reads.Order("newest", ("id",), descending=True)

_OWN = or_(Order.account_id == VIEWER_ID, Order.secret_hash == VIEWER_SECRET)
_SOLD_LINES = (
    select(OrderLine.order_id)
    .outerjoin(Variant, Variant.id == OrderLine.variant_id)
    .outerjoin(Product, Product.id == Variant.product_id)
)
_IN_ORDER = OrderLine.order_id == Order.id
_SELLS_SOME = (
    _SOLD_LINES.where(_IN_ORDER, Product.merchant_id == VIEWER_ID).correlate(Order).exists()
)
# All for whom `_SELLS_SOME` holds.
SELLERS = func.array(
    _SOLD_LINES.where(_IN_ORDER, Product.merchant_id.is_not(None))
    .with_only_columns(Product.merchant_id, maintain_column_froms=True)
    .distinct()
    .correlate(Order)
    .scalar_subquery()
)
_SELLS_ALL = ~(
    _SOLD_LINES.where(_IN_ORDER, Product.merchant_id.is_distinct_from(VIEWER_ID))
    .correlate(Order)
    .exists()
)


class OrderRow(
    Row,
    columns={
        **Order.__table__.c,
        "shipping_key": array([Order.shipping_method, Order.currency]),
        # Who the viewer is to the order, as services/orders.py tells it for what is done.
        "party": case(
            (VIEWER_ROLE == "admin", "admin"),
            (_OWN, "customer"),
            ((VIEWER_ROLE == "merchant") & _SELLS_ALL, "merchant"),
        ),
    },
):
    id: UUID
    number: int
    account_id: UUID | None
    email: str
    status: str
    version: int
    currency: str
    subtotal_minor: int
    shipping_minor: int
    total_minor: int
    shipping_address: dict[str, str]
    placed_at: datetime
    shipping_key: list[str]
    party: str | None


class OrderLineRow(Row, columns={**OrderLine.__table__.c, "currency": Order.__table__.c.currency}):
    id: UUID
    position: int
    variant_id: UUID | None
    sku: str
    name: str
    quantity: int
    unit_price_minor: int
    total_minor: int
    currency: str


class PaymentRow(Row, columns={**Payment.__table__.c}):
    id: UUID
    status: str
    amount_minor: int
    currency: str
    decline_reason: str | None
    created_at: datetime


@dataclass(frozen=True)
class OrderFilter:
    """What listed orders must be; None is any."""

    status: str | None = None


HAS_STATUS = Order.status == bindparam("status", type_=String())


@cache
def visible_orders(role: str | None) -> Select[Any]:
    """Select the orders that a viewer may see; it needs `viewer_params`."""
    if role == "admin":
        return select(Order)
    return select(Order).where(_OWN | _SELLS_SOME if role == "merchant" else _OWN)


@cache
def _orders_for_staff(role: str | None, *, by_status: bool) -> Select[Any]:
    source = select(Order)
    if role != "admin":
        # By their products, since only few of the shop's orders have one.
        source = source.where(Order.id.in_(_SOLD_LINES.where(Product.merchant_id == VIEWER_ID)))
    return source.where(HAS_STATUS) if by_status else source


@cache
def _visible_lines(role: str | None) -> Select[Any]:
    return visible_orders(role).join(OrderLine, OrderLine.order_id == Order.id)


@cache
def _visible_payments(role: str | None) -> Select[Any]:
    return visible_orders(role).join(Payment, Payment.order_id == Order.id)


@batch_read
async def orders_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[OrderRow | None]:
    return await rows_by_key(
        context,
        OrderRow,
        keys,
        key=Order.id,
        source=visible_orders(context.viewer.role),
        columns=columns,
    )


@batch_read
async def orders_by_account(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[OrderRow]]:
    listing = Listing(OrderRow, visible_orders(context.viewer.role), NEWEST)
    return await pages_by_key(context, keys, listing, Order.account_id, columns=columns, page=page)


@batch_read
async def orders_for_staff(
    context: Context,
    *,
    columns: frozenset[str],
    page: PageRequest,
    filter: OrderFilter | None,  # noqa: A002 - the argument's name in the graph.
) -> Page[OrderRow]:
    """Return all orders for an admin, and for others those with products of their own."""
    status = None if filter is None else filter.status
    source = _orders_for_staff(context.viewer.role, by_status=status is not None)
    listing = Listing(OrderRow, source, NEWEST, {"status": status})
    return await page_of(context, listing, columns=columns, page=page)


@batch_read
async def lines_by_order(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[OrderLineRow]]:
    order = core.reads.Order("position", ("position", "id"))
    listing = Listing(OrderLineRow, _visible_lines(context.viewer.role), order)
    by = OrderLine.order_id
    return await pages_by_key(context, keys, listing, by, columns=columns, page=page)


@batch_read
async def payments_by_order(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[PaymentRow]]:
    listing = Listing(PaymentRow, _visible_payments(context.viewer.role), NEWEST)
    by = Payment.order_id
    return await pages_by_key(context, keys, listing, by, columns=columns, page=page)
