"""The first step of a checkout: a cart becomes a pending order with its stock reserved."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import BadInput, DomainError, Refusals
from core.money import Money
from core.viewer import Viewer
from models import (
    Account,
    Address,
    Cart,
    CartLine,
    Order,
    OrderLine,
    Payment,
    Product,
    ShippingMethod,
    Variant,
)
from services import emails, inventory
from services.addresses import AddressNotFound, PostalAddress
from services.carts.errors import CartNotFound, OutOfStock
from services.carts.opening import CartChoice, is_own, lock_cart, owner_params
from services.order_events import order_lines, record_order
from services.pricing import line_total, subtotal


@dataclass(frozen=True)
class Checkout:
    """What a shopper says to buy a cart.

    The address is given, or is one of the account's; `payment` is the provider's token for the
    means of payment.
    """

    cart_id: UUID
    email: str | None
    address: PostalAddress | None
    address_id: UUID | None
    shipping_method: str
    payment: str
    expected_version: int | None


class CartEmpty(DomainError):
    code = "CART_EMPTY"

    def __init__(self) -> None:
        super().__init__("There is nothing in the cart.", path=("cart",))


class CartAlreadyOrdered(DomainError):
    """The cart was bought before, by another request; `order_id` is the order it became."""

    code = "CART_ALREADY_ORDERED"

    def __init__(self, order_id: UUID) -> None:
        super().__init__("This cart is ordered already.", path=("cart",))
        self.order_id = order_id


class PriceChanged(DomainError):
    """A price is not what the shopper last saw; changing the line takes the price as it is now."""

    code = "PRICE_CHANGED"

    def __init__(self, variant_id: UUID, was: Money, now: Money) -> None:
        super().__init__("A price has changed since you chose.", path=("cart",), was=was, now=now)
        self.variant_id = variant_id


class ShippingMethodUnavailable(DomainError):
    """Nothing is sent in this way for a cart of this currency."""

    code = "SHIPPING_METHOD_UNAVAILABLE"

    def __init__(self, currency: str) -> None:
        super().__init__(
            "An order in this currency is not sent in this way.",
            path=("shippingMethod",),
            currency=currency,
        )


@dataclass(frozen=True)
class ChosenLine:
    """A line of a cart with its variant as it is now."""

    variant_id: UUID
    quantity: int
    seen_price: Money
    price: Money
    sku: str
    name: str
    on_sale: bool


async def place_order(
    session: AsyncSession, viewer: Viewer, checkout: Checkout, provider: str
) -> Payment:
    """Turn a cart into a pending order and return its pending payment.

    Raises BadInput for what is missing, CartNotFound, VersionConflict, CartAlreadyOrdered,
    CartEmpty, InvalidEmail, AddressNotFound, ShippingMethodUnavailable, or Refusals with one
    PriceChanged or OutOfStock for each such line.
    """
    cart = await _locked_cart(session, viewer, checkout)
    lines = await _chosen_lines(session, cart)
    _check_lines(lines)
    order = await _order_of(session, viewer, checkout, cart, lines)
    await inventory.reserve(session, {line.variant_id: line.quantity for line in lines})
    session.add(order)
    await session.flush()
    await session.execute(insert(OrderLine), _order_lines(order, lines))
    payment = _payment_of(order, checkout.payment, provider)
    session.add(payment)
    cart.status = "ordered"
    cart.version += 1
    await session.flush()
    written = await order_lines(session, order.id)
    await record_order(session, order, written, actor_id=viewer.account_id)
    return payment


async def _locked_cart(session: AsyncSession, viewer: Viewer, checkout: Checkout) -> Cart:
    choice = CartChoice(checkout.cart_id, checkout.expected_version)
    try:
        locked = await lock_cart(session, viewer, choice)
    except CartNotFound:
        params = owner_params(viewer)
        ordered = await session.scalar(
            select(Order.id)
            .join(Cart, Cart.id == Order.cart_id)
            .where(Cart.id == checkout.cart_id, is_own(params), Order.status != "cancelled"),
            params,
        )
        if ordered is None:
            raise
        raise CartAlreadyOrdered(ordered) from None
    return await session.get_one(Cart, locked.id)


async def _chosen_lines(session: AsyncSession, cart: Cart) -> list[ChosenLine]:
    rows = await session.execute(
        select(CartLine, Variant, Product.status == "active")
        .join(Variant, Variant.id == CartLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(CartLine.cart_id == cart.id)
        .order_by(CartLine.id)
    )
    return [
        ChosenLine(
            variant_id=variant.id,
            quantity=line.quantity,
            seen_price=Money(line.seen_price_minor, cart.currency or variant.currency),
            price=Money(variant.price_minor, variant.currency),
            sku=variant.sku,
            name=variant.name,
            on_sale=on_sale,
        )
        for line, variant, on_sale in rows
    ]


def _check_lines(lines: Sequence[ChosenLine]) -> None:
    """Refuse an empty cart, and lines that are not as the shopper saw them."""
    if not lines:
        raise CartEmpty
    refusals: list[DomainError] = []
    for line in lines:
        if not line.on_sale:
            # What is not sold any more counts as sold out, whatever is left in the shop.
            refusals.append(OutOfStock(("cart",), line.variant_id, 0))
        elif line.price != line.seen_price:
            refusals.append(PriceChanged(line.variant_id, line.seen_price, line.price))
    if refusals:
        raise Refusals(refusals)


async def _order_of(
    session: AsyncSession,
    viewer: Viewer,
    checkout: Checkout,
    cart: Cart,
    lines: Sequence[ChosenLine],
) -> Order:
    total = subtotal([(line.price, line.quantity) for line in lines], lines[0].price.currency)
    shipping = await _shipping_price(session, checkout.shipping_method, total.currency)
    return Order(
        cart_id=cart.id,
        account_id=viewer.account_id or cart.account_id,
        secret_hash=cart.secret_hash,
        email=await _email(session, viewer, checkout.email),
        currency=total.currency,
        subtotal_minor=total.minor_units,
        shipping_minor=shipping,
        total_minor=total.minor_units + shipping,
        shipping_method=checkout.shipping_method,
        shipping_address=asdict(await _address(session, viewer, checkout)),
    )


async def _shipping_price(session: AsyncSession, code: str, currency: str) -> int:
    price = await session.scalar(
        select(ShippingMethod.price_minor).where(
            ShippingMethod.code == code, ShippingMethod.currency == currency
        )
    )
    if price is None:
        raise ShippingMethodUnavailable(currency)
    return price


async def _email(session: AsyncSession, viewer: Viewer, given: str | None) -> str:
    if given is not None:
        return emails.normalised(given)
    own = await session.scalar(select(Account.email).where(Account.id == viewer.account_id))
    if own is None:
        raise BadInput("email", "Without an account, say where the confirmation goes.")
    return own


async def _address(session: AsyncSession, viewer: Viewer, checkout: Checkout) -> PostalAddress:
    if (checkout.address is None) == (checkout.address_id is None):
        raise BadInput("shippingAddress", "Give either `shippingAddress` or `addressId`.")
    if checkout.address is not None:
        return checkout.address
    found = await session.scalar(
        select(Address).where(
            Address.id == checkout.address_id, Address.account_id == viewer.account_id
        )
    )
    if found is None:
        raise AddressNotFound("addressId")
    return PostalAddress(
        recipient=found.recipient,
        line1=found.line1,
        line2=found.line2,
        postal_code=found.postal_code,
        city=found.city,
        region=found.region,
        country_code=found.country_code,
    )


def _order_lines(order: Order, lines: Sequence[ChosenLine]) -> list[dict[str, Any]]:
    return [
        {
            "order_id": order.id,
            "position": position,
            "variant_id": line.variant_id,
            "sku": line.sku,
            "name": line.name,
            "quantity": line.quantity,
            "unit_price_minor": line.price.minor_units,
            "total_minor": line_total(line.price, line.quantity).minor_units,
        }
        for position, line in enumerate(lines, start=1)
    ]


def _payment_of(order: Order, token: str, provider: str) -> Payment:
    return Payment(
        order_id=order.id,
        provider=provider,
        token=token,
        amount_minor=order.total_minor,
        currency=order.currency,
    )
