"""Checkout: a cart becomes an order."""

from typing import Annotated

import strawberry

from execution.arguments import Argument
from execution.fields import mutation, reads
from loaders.carts import carts_by_id
from loaders.orders import orders_by_id
from loaders.variants import variants_by_id
from resolvers import orders
from schema.account_errors import AddressNotFound, InvalidEmail
from schema.account_mutations import AddressInput
from schema.cart_errors import CartNotFound, OutOfStock
from schema.carts import Cart
from schema.catalog import Variant
from schema.errors import UserError, VersionConflict, refusal, value_of
from schema.nodes import parse_id
from schema.orders import Order
from schema.shared import CurrencyCode, Money, storable
from services.checkout import PaymentDeclined as PaymentDeclinedError
from services.order_placing import CartAlreadyOrdered as CartAlreadyOrderedError
from services.order_placing import CartEmpty as CartEmptyError
from services.order_placing import PriceChanged as PriceChangedError
from services.order_placing import ShippingMethodUnavailable as ShippingMethodUnavailableError


@strawberry.input(description="How the order is paid.")
class PaymentInput:
    token: str = strawberry.field(
        description="What the provider gave for the shopper's means of payment. The sandbox takes"
        " `success`, `decline` and `slow`."
    )

    def freeze(self) -> str:
        return storable(self.token)


@refusal(CartEmptyError)
@strawberry.type(description="There is nothing in the cart that could be ordered.")
class CartEmpty(UserError):
    pass


@refusal(CartAlreadyOrderedError)
@strawberry.type(description="The cart was bought before, by another request.")
class CartAlreadyOrdered(UserError):
    order: Order | None = reads(
        orders_by_id, key="order_id", description="The order that the cart became."
    )


@refusal(PriceChangedError)
@strawberry.type(
    description="A price is not what the shopper last saw. Changing the line's quantity, or setting"
    " it again, takes the price of now."
)
class PriceChanged(UserError):
    was: Money = value_of("was", description="What one cost when the shopper last chose.")
    now: Money = value_of("now", description="What one costs now.")
    variant: Variant | None = reads(
        variants_by_id, key="variant_id", description="The article whose price has changed."
    )


@refusal(ShippingMethodUnavailableError)
@strawberry.type(description="An order in the cart's currency is not sent in this way.")
class ShippingMethodUnavailable(UserError):
    currency: CurrencyCode = value_of(
        "currency", description="The currency to ask `shippingMethods` for."
    )


@refusal(PaymentDeclinedError)
@strawberry.type(
    description="The provider refused the payment. The order is cancelled, and the cart open again:"
    " with another key and another means of payment it can be bought."
)
class PaymentDeclined(UserError):
    reason: str = value_of("reason", description="The provider's reason: `card_declined`.")


CheckoutCompleteError = Annotated[
    CartNotFound
    | CartEmpty
    | CartAlreadyOrdered
    | VersionConflict
    | OutOfStock
    | PriceChanged
    | InvalidEmail
    | AddressNotFound
    | ShippingMethodUnavailable
    | PaymentDeclined,
    strawberry.union("CheckoutCompleteError", description="Why a cart was not bought."),
]


@strawberry.type(description="What a checkout came to.")
class CheckoutCompletePayload:
    order: Order | None = reads(
        orders_by_id,
        key="order_id",
        description="The order; cancelled if the payment was declined, null after other refusals.",
    )
    cart: Cart | None = reads(
        carts_by_id,
        key="cart_id",
        description="The cart, open again if the payment was declined; null once it is ordered.",
    )
    errors: list[CheckoutCompleteError] = strawberry.field(
        description="The refusals, one for each line that has one, so at most 100."
    )


@strawberry.type
class CheckoutMutation:
    checkout_complete: CheckoutCompletePayload = mutation(
        orders.checkout_complete,
        arguments=(
            Argument(
                "cart",
                strawberry.ID,
                "The id of the cart to buy.",
                freeze=lambda text: parse_id("cart", text),
            ),
            Argument("shipping_method", str, "The code of a shipping method.", freeze=storable),
            Argument("payment", PaymentInput, "How the order is paid.", freeze=PaymentInput.freeze),
            Argument(
                "email",
                str | None,
                "Where word of the order goes; without it, to the account's own address.",
                None,
                storable,
            ),
            Argument(
                "shipping_address",
                AddressInput | None,
                "Where the order goes; either this or `addressId`.",
                None,
                AddressInput.freeze,
            ),
            Argument(
                "address_id",
                strawberry.ID | None,
                "The id of an address of the account.",
                None,
                lambda text: parse_id("address", text),
            ),
            Argument("expected_version", int | None, "The version of the cart.", None),
            Argument(
                "idempotency_key",
                str | None,
                "A key of the client's own: the same key and input give the same order.",
                None,
            ),
        ),
        description="Buy a cart: reserve its stock, charge the payment and confirm the order. A"
        " pending order has its payment still under way. With `idempotencyKey` it can be repeated"
        " after any failure without buying twice.",
    )
