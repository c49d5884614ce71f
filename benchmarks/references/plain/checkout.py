"""A checkout: the order is placed, the provider charges, the order is confirmed.

Each of the three is a transaction of its own, as no transaction stays open while a provider
elsewhere is asked.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

import strawberry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from benchmarks.references.plain.context import Info
from benchmarks.references.plain.errors import (
    CartEmpty,
    CartNotFound,
    OutOfStock,
    PriceChanged,
    RefusedError,
    ShippingMethodUnavailable,
    UserError,
)
from benchmarks.references.plain.models import StockLevel, Variant
from benchmarks.references.plain.order_events import order_event
from benchmarks.references.plain.order_models import (
    Cart,
    CartLine,
    Order,
    OrderLine,
    Payment,
    SandboxCharge,
    ShippingMethod,
)
from benchmarks.references.plain.orders import Order as OrderType
from core.ids import decode_id


@strawberry.input
class PaymentInput:
    token: str


@strawberry.input
class AddressInput:
    recipient: str
    line1: str
    line2: str = ""
    postal_code: str
    city: str
    region: str = ""
    country_code: str


@strawberry.type
class CheckoutCompletePayload:
    order: OrderType | None
    errors: list[UserError]


async def checkout_complete(
    info: Info,
    cart: strawberry.ID,
    shipping_method: str,
    payment: PaymentInput,
    email: str,
    shipping_address: AddressInput,
) -> CheckoutCompletePayload:
    sessions = info.context.sessions
    try:
        async with sessions.begin() as session:
            bought = await _locked_cart(session, cart, info.context.cart_secret_hash)
            lines = await _checked_lines(session, bought)
            order = await _order_of(session, bought, lines, shipping_method)
            order.email, order.shipping_address = email, _kept(shipping_address)
            charge = await _place(session, bought, order, payment.token)
    except RefusedError as refused:
        return CheckoutCompletePayload(order=None, errors=[refused.error])
    async with sessions.begin() as session:
        session.add(_charged(charge))
    async with sessions.begin() as session:
        confirmed = await _confirm(session, charge.id)
    return CheckoutCompletePayload(order=OrderType.of(confirmed), errors=[])


def _kept(address: AddressInput) -> dict[str, str]:
    return {name: str(value) for name, value in strawberry.asdict(address).items()}


async def _locked_cart(session: AsyncSession, cart_id: str, secret: bytes | None) -> Cart:
    cart = await session.scalar(
        select(Cart)
        .where(Cart.id == decode_id(cart_id)[1], Cart.secret_hash == secret, Cart.status == "open")
        .with_for_update()
    )
    if secret is None or cart is None:
        raise RefusedError(CartNotFound.make())
    return cart


async def _checked_lines(session: AsyncSession, cart: Cart) -> Sequence[CartLine]:
    """Return the cart's lines, as the shopper saw them, with their stock locked."""
    found = await session.scalars(
        select(CartLine)
        .where(CartLine.cart_id == cart.id)
        .options(joinedload(CartLine.variant).joinedload(Variant.product))
        .order_by(CartLine.id)
    )
    lines = found.all()
    if not lines:
        raise RefusedError(CartEmpty.make())
    stock = await _locked_stock(session, [line.variant_id for line in lines])
    for line in lines:
        level = stock.get(line.variant_id)
        available = 0 if level is None else level.on_hand - level.reserved
        if not line.variant.is_on_sale:
            raise RefusedError(OutOfStock.make(0))
        if line.variant.price_minor != line.seen_price_minor:
            raise RefusedError(PriceChanged.make())
        if line.quantity > available:
            raise RefusedError(OutOfStock.make(available))
    for line in lines:
        stock[line.variant_id].reserved += line.quantity
    return lines


async def _locked_stock(session: AsyncSession, variants: Iterable[UUID]) -> dict[UUID, StockLevel]:
    """Lock the stock in the order of its keys, so that two orders never wait in a circle."""
    levels = await session.scalars(
        select(StockLevel)
        .where(StockLevel.variant_id.in_(variants))
        .order_by(StockLevel.variant_id)
        .with_for_update()
    )
    return {level.variant_id: level for level in levels}


async def _order_of(
    session: AsyncSession, cart: Cart, lines: Sequence[CartLine], method_code: str
) -> Order:
    method = await session.get(ShippingMethod, (method_code, cart.currency))
    if method is None:
        raise RefusedError(ShippingMethodUnavailable.make())
    subtotal = sum(line.quantity * line.variant.price_minor for line in lines)
    return Order(
        cart_id=cart.id,
        account_id=cart.account_id,
        secret_hash=cart.secret_hash,
        currency=method.currency,
        subtotal_minor=subtotal,
        shipping_minor=method.price_minor,
        total_minor=subtotal + method.price_minor,
        shipping_method=method.code,
        lines=[_order_line(position, line) for position, line in enumerate(lines, start=1)],
    )


def _order_line(position: int, line: CartLine) -> OrderLine:
    variant = line.variant
    return OrderLine(
        position=position,
        variant_id=variant.id,
        sku=variant.sku,
        name=variant.name,
        quantity=line.quantity,
        unit_price_minor=variant.price_minor,
        total_minor=line.quantity * variant.price_minor,
    )


async def _place(session: AsyncSession, cart: Cart, order: Order, token: str) -> Payment:
    payment = Payment(
        order=order, token=token, amount_minor=order.total_minor, currency=order.currency
    )
    session.add(payment)
    cart.status = "ordered"
    cart.version += 1
    await session.flush()
    session.add(order_event(order, order.lines, 1, "order.placed"))
    return payment


def _charged(payment: Payment) -> SandboxCharge:
    """Return what the provider writes into its own books."""
    return SandboxCharge(
        payment_id=payment.id,
        status="charged",
        amount_minor=payment.amount_minor,
        currency=payment.currency,
    )


async def _confirm(session: AsyncSession, payment_id: UUID) -> Order:
    """Write that the payment was charged, and let the stock go."""
    found = await session.scalars(
        select(Payment)
        .where(Payment.id == payment_id)
        .options(joinedload(Payment.order, innerjoin=True).selectinload(Order.lines))
        .with_for_update()
    )
    payment = found.one()
    payment.status, payment.reference = "succeeded", f"sandbox-{payment.id}"
    order = payment.order
    order.status = "confirmed"
    order.version += 1
    stock = await _locked_stock(session, [line.variant_id for line in order.lines])
    for line in order.lines:
        level = stock[line.variant_id]
        level.on_hand -= line.quantity
        level.reserved -= line.quantity
    session.add(order_event(order, order.lines, 2, "order.confirmed"))
    return order
