"""Checkout: a cart becomes an order."""

from typing import Annotated

import strawberry

from execution.arguments import Argument
from execution.fields import listed, mutation, reads
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

# Three transactions, and a call to the payment provider between them.
CHECKOUT_COST = 1000


@strawberry.input(description="What an order is paid with, by a token of the payment provider.")
class PaymentInput:
    token: str = strawberry.field(
        description="What the provider gave for the shopper's means of payment. The built-in"
        " sandbox takes `success`, `decline` and `slow`, and moves no money."
    )

    def freeze(self) -> str:
        return storable(self.token)


@refusal(CartEmptyError)
@strawberry.type(description="There is nothing in the cart: add articles by `cartLinesAdd`.")
class CartEmpty(UserError):
    pass


@refusal(CartAlreadyOrderedError)
@strawberry.type(
    description="The cart was bought before, by a request of another `idempotencyKey` or of none."
)
class CartAlreadyOrdered(UserError):
    order: Order | None = reads(
        orders_by_id,
        key="order_id",
        description="The order that the cart became; null where the viewer may not see it.",
    )


@refusal(PriceChangedError)
@strawberry.type(
    description="A price is not what the shopper last saw. Changing the line's quantity, or setting"
    " it again, takes the price of now."
)
class PriceChanged(UserError):
    was: Money = value_of(
        "was", description="What one cost when the shopper last chose, the line's `seenPrice`."
    )
    now: Money = value_of("now", description="What one costs now, the line's `unitPrice`.")
    variant: Variant | None = reads(
        variants_by_id, key="variant_id", description="The article whose price has changed."
    )


@refusal(ShippingMethodUnavailableError)
@strawberry.type(description="There is no such way to send an order in the cart's currency.")
class ShippingMethodUnavailable(UserError):
    currency: CurrencyCode = value_of(
        "currency", description="The currency of the cart, to ask `shippingMethods` for."
    )


@refusal(PaymentDeclinedError)
@strawberry.type(
    description="The provider refused the payment. The order is cancelled, and the cart open again:"
    " with another key and another means of payment it can be bought."
)
class PaymentDeclined(UserError):
    reason: str = value_of(
        "reason", description="The provider's reason, as a constant: `card_declined`."
    )


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
    strawberry.union(
        "CheckoutCompleteError",
        description="Why a cart was not bought, in whole or because of one of its lines.",
    ),
]


@strawberry.type(description="The order that a cart became, or why it was not bought.")
class CheckoutCompletePayload:
    order: Order | None = reads(
        orders_by_id,
        key="order_id",
        description="The order: `CONFIRMED` when paid, `CANCELLED` if the payment was declined;"
        " null after other refusals.",
    )
    cart: Cart | None = reads(
        carts_by_id,
        key="cart_id",
        description="The cart, open again if the payment was declined; null once it is ordered.",
    )
    errors: list[CheckoutCompleteError] = listed(
        at_most=100,
        description="The reasons for a refusal, at most 100: one for each line that costs another"
        " amount now or is sold out, or else a single one. Empty when it was bought.",
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
            Argument(
                "shipping_method",
                str,
                "The `code` of one of `shippingMethods` in the cart's currency.",
                freeze=storable,
            ),
            Argument(
                "payment", PaymentInput, "The means to pay it all with.", freeze=PaymentInput.freeze
            ),
            Argument(
                "email",
                str | None,
                "The e-mail address that word of the order goes to; left out, the account's."
                " Without a log-in it is needed.",
                None,
                storable,
            ),
            Argument(
                "shipping_address",
                AddressInput | None,
                "Where the order goes; give either this or `addressId`.",
                None,
                AddressInput.freeze,
            ),
            Argument(
                "address_id",
                strawberry.ID | None,
                "The id of an `Address` of the viewer's where the order goes.",
                None,
                lambda text: parse_id("address", text),
            ),
            Argument(
                "expected_version",
                int | None,
                "The `version` of the cart that the client read; another one now is not bought.",
                None,
            ),
            Argument(
                "idempotency_key",
                str | None,
                "A name for this call, 1 to 255 characters, such as a random UUID: called again"
                " with it and the same input, it gives the same order. Other input under the same"
                " name is an error.",
                None,
            ),
        ),
        cost=CHECKOUT_COST,
        statements=17,
        description="Buys a cart: reserves its stock, charges the payment and confirms the order. A"
        " pending order has its payment still under way. With `idempotencyKey` it can be repeated"
        " after any failure without buying twice.",
    )
