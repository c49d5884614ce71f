"""Orders after they were placed: how they move, and what moves with them."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DomainError, ForbiddenError
from core.viewer import Viewer
from models import Order, OrderLine, Payment, Product, Variant
from services import inventory
from services.order_events import record_order
from services.order_states import OrderStatus, Party, check_transition
from services.versions import check_version


class OrderNotFound(DomainError):
    """There is no such order, or none that the viewer may see."""

    code = "ORDER_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such order.")


async def move(
    session: AsyncSession,
    viewer: Viewer,
    order_id: UUID,
    after: OrderStatus,
    expected_version: int | None,
) -> dict[str, Any]:
    """Bring an order to another state, with its stock and its payment.

    Raises OrderNotFound, ForbiddenError, VersionConflict or IllegalTransition.
    """
    order, payment, lines = await locked_order(session, Order.id == order_id)
    party = await _party(session, viewer, order)
    check_version(expected_version, order.version)
    if after is OrderStatus.CANCELLED:
        await _undo(session, OrderStatus(order.status), payment, lines)
    await advance(session, order, lines, after, party, actor_id=viewer.account_id)
    return {"order_id": order.id}


class LockedOrder(NamedTuple):
    """An order and its payment, locked, and its lines in the order of the cart they came from."""

    order: Order
    payment: Payment
    lines: list[OrderLine]


async def locked_order(session: AsyncSession, condition: ColumnElement[bool]) -> LockedOrder:
    """Lock an order with its payment, always both by the same statement; raises OrderNotFound."""
    found = await session.execute(
        select(Order, Payment, OrderLine)
        .join(Payment, Payment.order_id == Order.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(condition)
        .order_by(OrderLine.position)
        .with_for_update(of=[Order, Payment])
        .execution_options(populate_existing=True)
    )
    rows = found.all()
    if not rows:
        raise OrderNotFound
    order, payment, _ = rows[0]
    return LockedOrder(order, payment, [line for _, _, line in rows])


async def advance(
    session: AsyncSession,
    order: Order,
    lines: Sequence[OrderLine],
    after: OrderStatus,
    party: Party,
    *,
    actor_id: UUID | None = None,
) -> None:
    """Bring a locked order to another state and record it; raises IllegalTransition."""
    check_transition(OrderStatus(order.status), after, party)
    order.status = after.value
    order.version += 1
    await record_order(session, order, lines, actor_id=actor_id)


def quantities(lines: Sequence[OrderLine]) -> dict[UUID, int]:
    """Return how many of each variant an order holds; a variant that is gone has no stock."""
    return {line.variant_id: line.quantity for line in lines if line.variant_id is not None}


async def _undo(
    session: AsyncSession, before: OrderStatus, payment: Payment, lines: Sequence[OrderLine]
) -> None:
    """Return the stock of an order that is cancelled, and its money if there is any yet.

    The payment of a pending order stays open: a charge may be under way, and whoever learns of
    its end finds the order cancelled.
    """
    if before is OrderStatus.PENDING:
        await inventory.release(session, quantities(lines))
    elif before is OrderStatus.CONFIRMED:
        payment.status = "refund_due"
        await inventory.put_back(session, quantities(lines))


async def _party(session: AsyncSession, viewer: Viewer, order: Order) -> Party:
    """Tell who the viewer is to an order, as loaders/orders.py does for what is read.

    Raises OrderNotFound for one who may not see it, and ForbiddenError for a merchant who sells
    a part of it only.
    """
    if viewer.role == "admin":
        return Party.ADMIN
    if _owns(viewer, order):
        return Party.CUSTOMER
    if viewer.role != "merchant":
        raise OrderNotFound
    sold, lines = await _lines_sold_by(session, viewer.account_id, order.id)
    if sold == 0:
        raise OrderNotFound
    if sold < lines:
        raise ForbiddenError
    return Party.MERCHANT


def _owns(viewer: Viewer, order: Order) -> bool:
    by_account = viewer.account_id is not None and viewer.account_id == order.account_id
    secret = viewer.cart_secret_hash
    return by_account or (secret is not None and secret == order.secret_hash)


async def _lines_sold_by(
    session: AsyncSession, merchant_id: UUID | None, order_id: UUID
) -> tuple[int, int]:
    """Return how many of an order's lines are of a merchant's products, and how many there are."""
    counts = await session.execute(
        select(func.count().filter(Product.merchant_id == merchant_id), func.count())
        .select_from(OrderLine)
        .outerjoin(Variant, Variant.id == OrderLine.variant_id)
        .outerjoin(Product, Product.id == Variant.product_id)
        .where(OrderLine.order_id == order_id)
    )
    sold, lines = counts.one()
    return sold, lines
