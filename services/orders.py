"""Orders after they were placed: how they move, and what moves with them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import ForbiddenError
from core.statements import Statement
from core.viewer import Viewer
from models import Order, OrderLine, Payment, Product, Variant
from services import inventory
from services.order_events import record_order
from services.order_locking import OrderNotFound, locked_order
from services.order_rows import OrderedLine, OrderPayment, PlacedOrder
from services.order_states import OrderStatus, Party, check_transition
from services.versions import check_version


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
    order, payment, lines = await locked_order(session, order_id)
    party = await _party(session, viewer, order)
    check_version(expected_version, order.version)
    if after is OrderStatus.CANCELLED:
        await _undo(session, order, payment, lines)
    await advance(session, order, lines, after, party, actor_id=viewer.account_id)
    return {"order_id": order.id}


async def advance(
    session: AsyncSession,
    order: PlacedOrder,
    lines: Sequence[OrderedLine],
    after: OrderStatus,
    party: Party,
    *,
    actor_id: UUID | None = None,
) -> None:
    """Bring a locked order to another state and record it; raises IllegalTransition."""
    check_transition(OrderStatus(order.status), after, party)
    await enter(session, order, lines, after, actor_id=actor_id)


async def enter(
    session: AsyncSession,
    order: PlacedOrder,
    lines: Sequence[OrderedLine],
    after: OrderStatus,
    *,
    actor_id: UUID | None = None,
) -> None:
    """Bring a locked order to a state, whatever it was in, and record it."""
    entered = replace(order, status=after.value, version=order.version + 1)
    given = {"row_id": order.id, "next_status": entered.status, "next_version": entered.version}
    await _ENTER.run(session, given)
    await record_order(session, entered, lines, actor_id=actor_id)


async def write_payment(session: AsyncSession, payment: OrderPayment) -> OrderPayment:
    """Write what came of a locked payment, and return it."""
    given = {
        "row_id": payment.id,
        "next_status": payment.status,
        "next_reference": payment.reference,
        "next_reason": payment.decline_reason,
    }
    await _WRITE_PAYMENT.run(session, given)
    return payment


def quantities(lines: Sequence[OrderedLine]) -> dict[UUID, int]:
    """Return how many of each variant an order holds; a variant that is gone has no stock."""
    return {line.variant_id: line.quantity for line in lines if line.variant_id is not None}


async def _undo(
    session: AsyncSession, order: PlacedOrder, payment: OrderPayment, lines: Sequence[OrderedLine]
) -> None:
    """Return the stock of an order that is cancelled, and its money if there is any yet.

    The payment of a pending order stays open: a charge may be under way, and whoever learns of
    its end finds the order cancelled.
    """
    before = OrderStatus(order.status)
    if before is OrderStatus.PENDING:
        await inventory.release(session, quantities(lines))
    elif before is OrderStatus.CONFIRMED:
        await write_payment(session, replace(payment, status="refund_due"))
        await inventory.put_back(session, quantities(lines))


async def _party(session: AsyncSession, viewer: Viewer, order: PlacedOrder) -> Party:
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


def _owns(viewer: Viewer, order: PlacedOrder) -> bool:
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


_ENTER = Statement(
    update(Order)
    .where(Order.id == bindparam("row_id"))
    .values(status=bindparam("next_status"), version=bindparam("next_version"))
)
_WRITE_PAYMENT = Statement(
    update(Payment)
    .where(Payment.id == bindparam("row_id"))
    .values(
        status=bindparam("next_status"),
        reference=bindparam("next_reference"),
        decline_reason=bindparam("next_reason"),
    )
)
