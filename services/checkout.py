"""Buying a cart, in three steps with the payment provider in the middle.

1. One transaction turns the cart into a pending order and reserves its stock.
2. The provider is asked, under the payment's id, while no transaction is open.
3. One transaction writes what the provider answered.

A process that dies between the steps leaves a pending payment. Whoever comes next, a repeated
request or `reconcile_pending`, goes on from there with the same payment, so nobody pays twice.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from loguru import logger
from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DomainError
from core.money import Money
from core.statements import Statement
from core.viewer import Viewer
from models import Cart, Payment
from services import idempotency, inventory
from services.idempotency import Once
from services.order_locking import LockedOrder, locked_order_of
from services.order_placing import Checkout, place_order
from services.order_rows import OrderPayment, columns_of
from services.order_states import OrderStatus, Party
from services.orders import advance, quantities, write_payment
from services.payments import Charged, Declined, PaymentGateway

Transaction = Callable[[], AbstractAsyncContextManager[AsyncSession]]

# A client waits no longer for a provider; the payment is open then, and settled later.
CHARGE_SECONDS = 30.0
# Nobody is still at work on a payment that is pending for so long.
ABANDONED_AFTER = timedelta(minutes=5)
RECONCILED_AT_ONCE = 100


class PaymentDeclined(DomainError):
    """The provider refused; the order is cancelled, and the cart can be bought again."""

    code = "PAYMENT_DECLINED"

    def __init__(self, reason: str) -> None:
        super().__init__("The payment was declined.", path=("payment",), reason=reason)


@dataclass(frozen=True)
class Completed:
    """What a checkout came to; `declined` says why its order is cancelled."""

    order_id: UUID
    declined: PaymentDeclined | None


async def complete_checkout(
    transaction: Transaction,
    gateway: PaymentGateway,
    viewer: Viewer,
    checkout: Checkout,
    once: Once | None,
) -> Completed:
    """Buy a cart; under the same key it is the same order, however often and whenever it is asked.

    Raises what `place_order` does, which changed nothing. A decline is an outcome, and kept.
    """
    async with transaction() as session:
        payment = await _payment_under(session, once)
        if payment is None:
            payment = await place_order(session, viewer, checkout, gateway.name)
            await _keep(session, once, payment)
    if payment.status == "pending":
        answer = await _charge(gateway, payment)
        async with transaction() as session:
            payment = await settle(session, payment.id, answer)
    reason = payment.decline_reason
    return Completed(payment.order_id, None if reason is None else PaymentDeclined(reason))


async def _payment_under(session: AsyncSession, once: Once | None) -> OrderPayment | None:
    """Return the payment of the checkout that had the key before, or take the key."""
    stored = None if once is None else await idempotency.claim(session, once)
    if stored is None:
        return None
    (payment,) = await _PAYMENT.run(session, stored)
    return OrderPayment(*payment)


async def _keep(session: AsyncSession, once: Once | None, payment: OrderPayment) -> None:
    """Store the payment under the key: what it comes to is the outcome, a decline included."""
    if once is not None:
        await idempotency.store(session, once, {"payment_id": payment.id})


_PAYMENT = Statement(
    select(*columns_of(Payment, OrderPayment)).where(Payment.id == bindparam("payment_id"))
)


async def _charge(gateway: PaymentGateway, payment: OrderPayment) -> Charged | Declined:
    async with asyncio.timeout(CHARGE_SECONDS):
        return await gateway.charge(
            payment.id, Money(payment.amount_minor, payment.currency), payment.token
        )


async def settle(
    session: AsyncSession, payment_id: UUID, answer: Charged | Declined
) -> OrderPayment:
    """Write what the provider answered, unless somebody did before; then nothing changes."""
    locked = await locked_order_of(session, payment_id)
    if locked.payment.status != "pending":
        return locked.payment
    if isinstance(answer, Charged):
        return await _confirm(session, locked, answer.reference)
    return await _give_up(session, locked, answer.reason)


async def _confirm(session: AsyncSession, locked: LockedOrder, reference: str) -> OrderPayment:
    order, payment, lines = locked
    charged = replace(payment, status="succeeded", reference=reference)
    if order.status != "pending":
        # It was cancelled while the provider was asked, so the money goes back.
        return await write_payment(session, replace(charged, status="refund_due"))
    await write_payment(session, charged)
    await inventory.take(session, quantities(lines))
    await advance(session, order, lines, OrderStatus.CONFIRMED, Party.SHOP)
    return charged


async def _give_up(session: AsyncSession, locked: LockedOrder, reason: str) -> OrderPayment:
    order, payment, lines = locked
    declined = replace(payment, status="declined", decline_reason=reason)
    await write_payment(session, declined)
    if order.status == "pending":
        await _reopen(session, order.cart_id)
        await inventory.release(session, quantities(lines))
        await advance(session, order, lines, OrderStatus.CANCELLED, Party.SHOP)
    return declined


async def _reopen(session: AsyncSession, cart_id: UUID | None) -> None:
    try:
        async with session.begin_nested():
            await session.execute(
                update(Cart)
                .where(Cart.id == cart_id)
                .values(status="open", version=Cart.version + 1)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        # The account has begun another cart meanwhile, and keeps one only.
        logger.info("cart {} stays ordered beside a newer one", cart_id)


async def reconcile_pending(
    transaction: Transaction, gateway: PaymentGateway, now: datetime
) -> None:
    """Settle the payments that were left pending, and give back what is due.

    A payment that nobody is at work on is closed: if it was charged by then its order is
    confirmed, and else it never will be and the order is cancelled. A failure is logged and
    leaves the payment to the next run.
    """
    for payment_id, status in await _unsettled(transaction, gateway, now):
        try:
            if status == "pending":
                await _close(transaction, gateway, payment_id)
            else:
                await _refund(transaction, gateway, payment_id)
        except Exception:  # noqa: BLE001 - one payment must not keep the others waiting.
            logger.exception("payment {} could not be reconciled", payment_id)


async def _unsettled(
    transaction: Transaction, gateway: PaymentGateway, now: datetime
) -> list[tuple[UUID, str]]:
    abandoned = and_(Payment.status == "pending", Payment.created_at < now - ABANDONED_AFTER)
    async with transaction() as session:
        found = await session.execute(
            select(Payment.id, Payment.status)
            .where(Payment.provider == gateway.name)
            .where(or_(abandoned, Payment.status == "refund_due"))
            .order_by(Payment.created_at)
            .limit(RECONCILED_AT_ONCE)
        )
        return [(payment_id, status) for payment_id, status in found]


async def _close(transaction: Transaction, gateway: PaymentGateway, payment_id: UUID) -> None:
    answer = await gateway.close(payment_id)
    async with transaction() as session:
        await settle(session, payment_id, answer)


async def _refund(transaction: Transaction, gateway: PaymentGateway, payment_id: UUID) -> None:
    await gateway.refund(payment_id)
    async with transaction() as session:
        await session.execute(
            update(Payment)
            .where(Payment.id == payment_id, Payment.status == "refund_due")
            .values(status="refunded")
        )
