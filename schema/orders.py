"""Orders: what was bought, where it stands, and how it moves."""

from datetime import datetime
from typing import Any

import strawberry

import core.money
import resolvers.orders
from execution.arguments import Argument
from execution.cache_hints import kept_for
from execution.connections import Connection
from execution.fields import derived, listed, mutation, reads, root
from execution.rows import contributes, rows
from loaders.accounts import accounts_by_id
from loaders.orders import (
    OrderFilter,
    OrderLineRow,
    OrderRow,
    PaymentRow,
    lines_by_order,
    orders_by_account,
    orders_by_id,
    payments_by_order,
)
from loaders.shipping import ShippingMethodRow, shipping_methods_by_code
from loaders.variants import variants_by_id
from schema.accounts import Account
from schema.catalog import Variant
from schema.nodes import Node, parse_id, public_id
from schema.order_errors import OrderCancelError, OrderDeliverError, OrderShipError
from schema.shared import CONTENT_AGE, OFFER_AGE, STAFF, CurrencyCode, Money, publish_enum
from services.order_states import OrderStatus, Party, available_transitions
from services.payments import PaymentStatus

publish_enum(
    PaymentStatus,
    "Where a payment stands, from the charge to a refund.",
    {
        "PENDING": "The provider has not answered yet.",
        "SUCCEEDED": "The provider has charged it, and the money is the shop's.",
        "DECLINED": "The provider refused, and no money moved.",
        "REFUND_DUE": "The order was cancelled, and the money is on its way back.",
        "REFUNDED": "The order was cancelled, and the money went back.",
    },
)


def order_argument(name: str) -> Argument:
    return Argument(
        name,
        strawberry.ID,
        "The id of an order that the viewer may see.",
        freeze=lambda text: parse_id("order", text),
    )


def _money(column: str, *, max_age: int | None = None, description: str) -> Any:  # noqa: ANN401 - it stands for a field.
    """Declare a field that shows a column of minor units in the currency of its row."""
    return derived(
        lambda row: core.money.Money(getattr(row, column), row.currency),
        column,
        "currency",
        max_age=max_age,
        description=description,
    )


@strawberry.type(description="Where an order goes, as it was written when the order was placed.")
class ShippingAddress:
    recipient: str = strawberry.field(description="The name on the parcel.")
    line1: str = strawberry.field(description="The street and the number.")
    line2: str = strawberry.field(description="What the first line had no room for, or empty.")
    postal_code: str = strawberry.field(description="The postal code, as the country writes it.")
    city: str = strawberry.field(description="The city or town, without its postal code.")
    region: str = strawberry.field(description="The state or province, or empty.")
    country_code: str = strawberry.field(
        description="The two letters of the country in ISO 3166-1, such as DE."
    )


@rows(ShippingMethodRow)
@strawberry.type(
    description="A way to send an order, and what it costs in one currency.",
    directives=[kept_for(CONTENT_AGE)],
)
class ShippingMethod:
    code: str = strawberry.field(
        description="The name that `checkoutComplete` takes as `shippingMethod`: `express`."
    )
    name: str = strawberry.field(description="The name that shoppers see: `Express`.")
    price: Money = _money(
        "price_minor",
        max_age=OFFER_AGE,
        description="What it costs now to send one order in this way.",
    )


@rows(OrderLineRow)
@strawberry.type(
    description="So many of one article, as named and priced when the order was placed."
)
class OrderLine:
    sku: str = strawberry.field(description="The article number when the order was placed.")
    name: str = strawberry.field(
        description="The name when the order was placed, options included."
    )
    quantity: int = strawberry.field(description="How many were bought, 1 to 999.")
    unit_price: Money = _money(
        "unit_price_minor", description="What one of them cost, which later prices do not change."
    )
    total: Money = _money(
        "total_minor", description="What all of them cost: `unitPrice` times `quantity`."
    )
    variant: Variant | None = reads(
        variants_by_id,
        key="variant_id",
        description="The article as it is today; null once it is not on sale any more.",
    )


@rows(PaymentRow)
@strawberry.type(description="A charge for an order by a payment provider.")
class Payment:
    status: PaymentStatus = derived(
        lambda row: PaymentStatus(row.status),
        "status",
        description="Whether it was charged, declined or given back.",
    )
    amount: Money = _money(
        "amount_minor", description="How much is charged, the `total` of the order."
    )
    decline_reason: str | None = strawberry.field(
        description="Why the provider refused: `card_declined`, or `closed` for a charge that was"
        " given up; null where it did not."
    )
    created_at: datetime = strawberry.field(
        description="When it was begun, which is when the order was placed."
    )


@rows(OrderRow, prefix="order", by_id=orders_by_id)
@strawberry.type(
    description="A cart that was bought, with its articles and prices as they were then."
)
class Order(Node):
    id: strawberry.ID = public_id("order")
    number: int = strawberry.field(
        description="The number that people call it by: 100001. Mutations take the `id`."
    )
    status: OrderStatus = derived(
        lambda row: OrderStatus(row.status),
        "status",
        description="Where the order stands, from placed to delivered.",
    )
    version: int = strawberry.field(
        description="It grows with every change. Pass it as `expectedVersion`, and an order that"
        " was changed meanwhile is not moved."
    )
    placed_at: datetime = strawberry.field(
        description="When the cart became this order, paid or not yet."
    )
    email: str = strawberry.field(description="The e-mail address that word of the order goes to.")
    subtotal: Money = _money(
        "subtotal_minor", description="What the lines cost together, without shipping."
    )
    shipping: Money = _money(
        "shipping_minor", description="What sending the order costs, as agreed at checkout."
    )
    total: Money = _money(
        "total_minor", description="What the order costs: `subtotal` and `shipping` together."
    )
    shipping_address: ShippingAddress = derived(
        lambda row: ShippingAddress(**row.shipping_address),
        "shipping_address",
        description="Where the order goes; it can be changed no more.",
    )
    available_transitions: list[OrderStatus] = derived(
        lambda row: available_transitions(
            OrderStatus(row.status), None if row.party is None else Party(row.party)
        ),
        "status",
        "party",
        at_most=2,
        description="The states that the viewer may bring the order to now, at most 2: by"
        " `orderShip`, `orderDeliver` and `orderCancel`.",
    )
    lines: Connection[OrderLine] = reads(
        lines_by_order, description="What was bought, at most 100 lines, in the order of the cart."
    )
    shipping_method: ShippingMethod | None = reads(
        shipping_methods_by_code,
        key="shipping_key",
        description="How the order is sent, as offered today; null once the shop does not send so"
        " any more. What this order pays for it is `shipping`.",
    )
    payments: Connection[Payment] = reads(
        payments_by_order,
        description="The charges for the order, the newest first; a checkout makes one.",
    )
    account: Account | None = reads(
        accounts_by_id,
        key="account_id",
        requires=("admin",),
        description="Who bought it; null where they had no account.",
    )


@contributes(Account)
class AccountOrders:
    orders: Connection[Order] | None = reads(
        orders_by_account,
        description="Its orders, the newest first, cancelled ones too; null in the answer that logs"
        " the account in.",
    )


@strawberry.input(description="What listed orders must be; parts left out hold for every one.")
class OrderFilterInput:
    status: OrderStatus | None = strawberry.field(
        default=None, description="Only orders of this status: `CONFIRMED` for what can be sent."
    )

    def freeze(self) -> OrderFilter:
        return OrderFilter(None if self.status is None else self.status.value)


def _moved(description: str) -> Any:  # noqa: ANN401 - it stands for a field.
    return reads(orders_by_id, key="order_id", description=description)


@strawberry.type(description="The shipped order, or why it was not marked.")
class OrderShipPayload:
    order: Order | None = _moved("The order on its way; null after a refusal.")
    errors: list[OrderShipError] = listed(
        at_most=1, description="The reasons for a refusal, at most 1; empty when it was done."
    )


@strawberry.type(description="The delivered order, or why it was not marked.")
class OrderDeliverPayload:
    order: Order | None = _moved("The order that has arrived; null after a refusal.")
    errors: list[OrderDeliverError] = listed(
        at_most=1, description="The reasons for a refusal, at most 1; empty when it was done."
    )


@strawberry.type(description="The cancelled order, or why it was not called off.")
class OrderCancelPayload:
    order: Order | None = _moved("The order that is called off; null after a refusal.")
    errors: list[OrderCancelError] = listed(
        at_most=1, description="The reasons for a refusal, at most 1; empty when it was done."
    )


@strawberry.type
class OrdersQuery:
    order: Order | None = root(
        resolvers.orders.order,
        arguments=(order_argument("id"),),
        description="One order; null where the viewer may see none: buyers see theirs, those"
        " without an account by the header `X-Cart-Secret`, and staff what they sell.",
    )
    orders: Connection[Order] | None = root(
        resolvers.orders.orders,
        arguments=(
            Argument(
                "filter",
                OrderFilterInput | None,
                "Which orders to list; left out, all.",
                None,
                OrderFilterInput.freeze,
            ),
        ),
        requires=STAFF,
        description="The orders of the shop, the newest first; for a merchant, those with products"
        " of their own. Buyers find theirs at `viewer.orders`.",
    )
    shipping_methods: Connection[ShippingMethod] = root(
        resolvers.orders.shipping_methods,
        arguments=(Argument("currency", CurrencyCode, "The `currency` of the cart to send."),),
        max_age=CONTENT_AGE,
        description="The ways to send an order in a currency, the cheapest first; empty where the"
        " shop sends none.",
    )


_MOVE_ARGUMENTS = (
    order_argument("order"),
    Argument(
        "expected_version",
        int | None,
        "The `version` that the client read; an order that has another now is not moved.",
        None,
    ),
)


@strawberry.type
class OrdersMutation:
    order_ship: OrderShipPayload | None = mutation(
        resolvers.orders.order_ship,
        arguments=_MOVE_ARGUMENTS,
        requires=STAFF,
        statements=4,
        description="Marks a confirmed order as on its way. Merchants may do so where every line is"
        " of a product of theirs.",
    )
    order_deliver: OrderDeliverPayload | None = mutation(
        resolvers.orders.order_deliver,
        arguments=_MOVE_ARGUMENTS,
        requires=STAFF,
        statements=4,
        description="Marks a shipped order as arrived. Merchants may do so where every line is of a"
        " product of theirs.",
    )
    order_cancel: OrderCancelPayload = mutation(
        resolvers.orders.order_cancel,
        arguments=_MOVE_ARGUMENTS,
        statements=6,
        description="Calls off an order that is not shipped: its stock is free again, and what was"
        " paid goes back. Its buyer may do so, and staff who may ship it.",
    )
