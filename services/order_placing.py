"""The first step of a checkout: a cart becomes a pending order with its stock reserved."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import BadInput, DomainError, Refusals
from core.money import Money
from core.statements import Statement
from core.viewer import Viewer
from models import Cart, CartLine, Order, Product, Variant
from services import emails, inventory
from services.addresses import AddressNotFound, PostalAddress
from services.carts.errors import CartNotFound, OutOfStock
from services.carts.opening import CartChoice, LockedCart, is_own, lock_cart, owner_params
from services.order_events import record_order
from services.order_rows import NewOrder, OrderedLine, OrderPayment
from services.order_terms import Terms, read_terms
from services.order_writing import write_order
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
) -> OrderPayment:
    """Turn a cart into a pending order and return its pending payment.

    Raises BadInput for what is missing, CartNotFound, VersionConflict, CartAlreadyOrdered,
    CartEmpty, InvalidEmail, AddressNotFound, ShippingMethodUnavailable, or Refusals with one
    PriceChanged or OutOfStock for each such line.
    """
    cart = await _locked_cart(session, viewer, checkout)
    chosen = await _chosen_lines(session, cart)
    _check_lines(chosen)
    new = await _order_of(session, viewer, checkout, cart, chosen)
    await inventory.reserve(session, {line.variant_id: line.quantity for line in chosen})
    lines = _order_lines(chosen)
    order, payment = await write_order(
        session, new, lines, provider=provider, token=checkout.payment
    )
    await record_order(session, order, lines, actor_id=viewer.account_id)
    return payment


async def _locked_cart(session: AsyncSession, viewer: Viewer, checkout: Checkout) -> LockedCart:
    choice = CartChoice(checkout.cart_id, checkout.expected_version)
    try:
        return await lock_cart(session, viewer, choice)
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


_LINES = Statement(
    select(
        CartLine.variant_id,
        CartLine.quantity,
        CartLine.seen_price_minor,
        Variant.price_minor,
        Variant.currency,
        Variant.sku,
        Variant.name,
        (Product.status == "active").label("on_sale"),
    )
    .join(Variant, Variant.id == CartLine.variant_id)
    .join(Product, Product.id == Variant.product_id)
    .where(CartLine.cart_id == bindparam("cart_id"))
    .order_by(CartLine.id)
)


async def _chosen_lines(session: AsyncSession, cart: LockedCart) -> list[ChosenLine]:
    return [
        ChosenLine(
            variant_id=variant_id,
            quantity=quantity,
            seen_price=Money(seen_price_minor, cart.currency or currency),
            price=Money(price_minor, currency),
            sku=sku,
            name=name,
            on_sale=on_sale,
        )
        for variant_id, quantity, seen_price_minor, price_minor, currency, sku, name, on_sale in (
            await _LINES.run(session, {"cart_id": cart.id})
        )
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
    cart: LockedCart,
    lines: Sequence[ChosenLine],
) -> NewOrder:
    total = subtotal([(line.price, line.quantity) for line in lines], lines[0].price.currency)
    terms = await read_terms(
        session,
        viewer.account_id,
        shipping_method=checkout.shipping_method,
        currency=total.currency,
        address_id=checkout.address_id,
    )
    if terms.shipping_minor is None:
        raise ShippingMethodUnavailable(total.currency)
    return NewOrder(
        cart_id=cart.id,
        account_id=viewer.account_id or cart.account_id,
        secret_hash=cart.secret_hash,
        email=_email(checkout, terms),
        currency=total.currency,
        subtotal_minor=total.minor_units,
        shipping_minor=terms.shipping_minor,
        total_minor=total.minor_units + terms.shipping_minor,
        shipping_method=checkout.shipping_method,
        shipping_address=_address(checkout, terms),
    )


def _email(checkout: Checkout, terms: Terms) -> str:
    if checkout.email is not None:
        return emails.normalised(checkout.email)
    if terms.email is None:
        raise BadInput("email", "Without an account, say where the confirmation goes.")
    return terms.email


def _address(checkout: Checkout, terms: Terms) -> dict[str, Any]:
    if (checkout.address is None) == (checkout.address_id is None):
        raise BadInput("shippingAddress", "Give either `shippingAddress` or `addressId`.")
    if checkout.address is not None:
        return asdict(checkout.address)
    if terms.address is None:
        raise AddressNotFound("addressId")
    return terms.address


def _order_lines(lines: Sequence[ChosenLine]) -> list[OrderedLine]:
    return [
        OrderedLine(
            position=position,
            variant_id=line.variant_id,
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
            unit_price_minor=line.price.minor_units,
            total_minor=line_total(line.price, line.quantity).minor_units,
        )
        for position, line in enumerate(lines, start=1)
    ]
