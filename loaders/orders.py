"""Orders, their lines and payments, and who may see them.

An order is seen by its account, by whoever has the secret of the cart that it was, by admins, and
by merchants who sell something of it. They see the whole of it, as they would on its parcel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Select, String, Uuid, bindparam, case, func, or_, select
from sqlalchemy.dialects.postgresql import array

import core.reads
from core.reads import Context, Page, PageRequest, Row
from core.telemetry import batch_read
from core.viewer import Viewer
from loaders.batches import Listing, page_of, pages_by_key, rows_by_key
from models import Order, OrderLine, Payment, Product, Variant

NEWEST = core.reads.Order("newest", ("id",), descending=True)

_VIEWER_ID = bindparam("viewer_id", type_=Uuid())
_VIEWER_ROLE = bindparam("viewer_role", type_=String())
_VIEWER_SECRET = bindparam("viewer_secret", type_=LargeBinary())

_OWN = or_(Order.account_id == _VIEWER_ID, Order.secret_hash == _VIEWER_SECRET)
_SOLD_LINES = (
    select(OrderLine.order_id)
    .outerjoin(Variant, Variant.id == OrderLine.variant_id)
    .outerjoin(Product, Product.id == Variant.product_id)
)
_IN_ORDER = OrderLine.order_id == Order.id
_SELLS_SOME = (
    _SOLD_LINES.where(_IN_ORDER, Product.merchant_id == _VIEWER_ID).correlate(Order).exists()
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
    _SOLD_LINES.where(_IN_ORDER, Product.merchant_id.is_distinct_from(_VIEWER_ID))
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
            (_VIEWER_ROLE == "admin", "admin"),
            (_OWN, "customer"),
            ((_VIEWER_ROLE == "merchant") & _SELLS_ALL, "merchant"),
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


def visible_orders(viewer: Viewer) -> Select[Any]:
    """Select the orders that a viewer may see; it needs `viewer_params`."""
    if viewer.role == "admin":
        return select(Order)
    return select(Order).where(_OWN | _SELLS_SOME if viewer.role == "merchant" else _OWN)


def filtered(source: Select[Any], wanted: OrderFilter | None) -> Select[Any]:
    if wanted is None or wanted.status is None:
        return source
    return source.where(Order.status == wanted.status)


def viewer_params(viewer: Viewer) -> dict[str, Any]:
    return {
        "viewer_id": viewer.account_id,
        "viewer_role": viewer.role,
        "viewer_secret": viewer.cart_secret_hash,
    }


@batch_read
async def orders_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[OrderRow | None]:
    return await rows_by_key(
        context,
        OrderRow,
        keys,
        key=Order.id,
        source=visible_orders(context.viewer),
        columns=columns,
        params=viewer_params(context.viewer),
    )


@batch_read
async def orders_by_account(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[OrderRow]]:
    source, params = visible_orders(context.viewer), viewer_params(context.viewer)
    return await pages_by_key(
        context,
        keys,
        Listing(OrderRow, source, NEWEST, params),
        lambda key: Order.account_id == key,
        columns=columns,
        page=page,
    )


@batch_read
async def orders_for_staff(
    context: Context,
    *,
    columns: frozenset[str],
    page: PageRequest,
    filter: OrderFilter | None,  # noqa: A002 - the argument's name in the graph.
) -> Page[OrderRow]:
    """Return all orders for an admin, and for others those with products of their own."""
    source = select(Order)
    if context.viewer.role != "admin":
        # By their products, since only few of the shop's orders have one.
        source = source.where(Order.id.in_(_SOLD_LINES.where(Product.merchant_id == _VIEWER_ID)))
    source = filtered(source, filter)
    listing = Listing(OrderRow, source, NEWEST, viewer_params(context.viewer))
    return await page_of(context, listing, columns=columns, page=page)


@batch_read
async def lines_by_order(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[OrderLineRow]]:
    visible = visible_orders(context.viewer)
    listing = Listing(
        OrderLineRow,
        visible.join(OrderLine, OrderLine.order_id == Order.id),
        core.reads.Order("position", ("position", "id")),
        viewer_params(context.viewer),
    )
    return await pages_by_key(
        context, keys, listing, lambda key: OrderLine.order_id == key, columns=columns, page=page
    )


@batch_read
async def payments_by_order(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[PaymentRow]]:
    visible = visible_orders(context.viewer)
    listing = Listing(
        PaymentRow,
        visible.join(Payment, Payment.order_id == Order.id),
        NEWEST,
        viewer_params(context.viewer),
    )
    return await pages_by_key(
        context, keys, listing, lambda key: Payment.order_id == key, columns=columns, page=page
    )
