"""Orders: what was bought, where it stands, and how it moves."""

from datetime import datetime
from typing import Any

import strawberry

import core.money
import resolvers.orders
from execution.arguments import Argument
from execution.connections import Connection
from execution.fields import derived, mutation, reads, root
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
from schema.shared import STAFF, CurrencyCode, Money, publish_enum
from services.order_states import OrderStatus, Party, available_transitions
from services.payments import PaymentStatus

publish_enum(
    PaymentStatus,
    "Where a payment stands.",
    {
        "PENDING": "The provider has not answered yet.",
        "SUCCEEDED": "The money is the shop's.",
        "DECLINED": "The provider refused, and no money moved.",
        "REFUND_DUE": "The order was cancelled, and the money is on its way back.",
        "REFUNDED": "The money went back.",
    },
)


def order_argument(name: str) -> Argument:
    return Argument(
        name, strawberry.ID, "The id of the order.", freeze=lambda text: parse_id("order", text)
    )


def _money(column: str, *, description: str) -> Any:  # noqa: ANN401 - it stands for a field.
    """Declare a field that shows a column of minor units in the currency of its row."""
    return derived(
        lambda row: core.money.Money(getattr(row, column), row.currency),
        column,
        "currency",
        description=description,
    )


@strawberry.type(description="Where an order goes.")
class ShippingAddress:
    recipient: str = strawberry.field(description="Who gets it.")
    line1: str = strawberry.field(description="The street and the number.")
    line2: str = strawberry.field(description="What the first line had no room for.")
    postal_code: str = strawberry.field(description="The postal code, as the country writes it.")
    city: str = strawberry.field(description="The city or town.")
    region: str = strawberry.field(description="The state or province, where one is written.")
    country_code: str = strawberry.field(description="The country in ISO 3166-1, such as DE.")


@rows(ShippingMethodRow)
@strawberry.type(description="A way to send an order, and what it costs in one currency.")
class ShippingMethod:
    code: str = strawberry.field(description="The name that checkout takes: `express`.")
    name: str = strawberry.field(description="The name that shoppers see.")
    price: Money = _money("price_minor", description="What it costs to send an order so now.")


@rows(OrderLineRow)
@strawberry.type(description="So many of one article, as it was when the order was placed.")
class OrderLine:
    sku: str = strawberry.field(description="The article number of then.")
    name: str = strawberry.field(description="The name of then.")
    quantity: int = strawberry.field(description="How many were bought.")
    unit_price: Money = _money("unit_price_minor", description="What one of them cost.")
    total: Money = _money("total_minor", description="What all of them cost.")
    variant: Variant | None = reads(
        variants_by_id,
        key="variant_id",
        description="The article as it is today; null once it is not on sale.",
    )


@rows(PaymentRow)
@strawberry.type(description="A charge for an order.")
class Payment:
    status: PaymentStatus = derived(
        lambda row: PaymentStatus(row.status), "status", description="Where the payment stands."
    )
    amount: Money = _money("amount_minor", description="How much it is.")
    decline_reason: str | None = strawberry.field(
        description="Why the provider refused: `card_declined`; null where it did not."
    )
    created_at: datetime = strawberry.field(description="When the order was placed.")


@rows(OrderRow, prefix="order", by_id=orders_by_id)
@strawberry.type(description="A cart that was bought, frozen as it was then.")
class Order(Node):
    id: strawberry.ID = public_id("order")
    number: int = strawberry.field(description="The number that people call it by.")
    status: OrderStatus = derived(
        lambda row: OrderStatus(row.status), "status", description="Where the order stands."
    )
    version: int = strawberry.field(description="It grows with every change of the order.")
    placed_at: datetime = strawberry.field(description="When the order was placed.")
    email: str = strawberry.field(description="Where word of the order goes.")
    subtotal: Money = _money("subtotal_minor", description="What the lines cost together.")
    shipping: Money = _money("shipping_minor", description="What sending the order costs.")
    total: Money = _money("total_minor", description="What the order costs, shipping included.")
    shipping_address: ShippingAddress = derived(
        lambda row: ShippingAddress(**row.shipping_address),
        "shipping_address",
        description="Where the order goes.",
    )
    available_transitions: list[OrderStatus] = derived(
        lambda row: available_transitions(
            OrderStatus(row.status), None if row.party is None else Party(row.party)
        ),
        "status",
        "party",
        description="The states that the viewer may bring the order to now, at most 2.",
    )
    lines: Connection[OrderLine] = reads(
        lines_by_order, description="What was bought, in the order of the cart."
    )
    shipping_method: ShippingMethod | None = reads(
        shipping_methods_by_code,
        key="shipping_key",
        description="How the order is sent; null once the shop does not send so any more.",
    )
    payments: Connection[Payment] = reads(
        payments_by_order, description="The charges for the order, the newest first."
    )
    account: Account | None = reads(
        accounts_by_id,
        key="account_id",
        requires=("admin",),
        description="Who bought it; null for a guest's order.",
    )


@contributes(Account)
class AccountOrders:
    orders: Connection[Order] | None = reads(
        orders_by_account, description="Its orders, the newest first."
    )


@strawberry.input(description="What listed orders must be; parts left out hold for every one.")
class OrderFilterInput:
    status: OrderStatus | None = strawberry.field(
        default=None, description="Only orders that stand there."
    )

    def freeze(self) -> OrderFilter:
        return OrderFilter(None if self.status is None else self.status.value)


def _moved(description: str) -> Any:  # noqa: ANN401 - it stands for a field.
    return reads(orders_by_id, key="order_id", description=description)


@strawberry.type(description="The shipped order, or why it is not shipped.")
class OrderShipPayload:
    order: Order | None = _moved("The order on its way; null after a refusal.")
    errors: list[OrderShipError] = strawberry.field(description="The refusals, at most 1.")


@strawberry.type(description="The delivered order, or why it is not delivered.")
class OrderDeliverPayload:
    order: Order | None = _moved("The order that has arrived; null after a refusal.")
    errors: list[OrderDeliverError] = strawberry.field(description="The refusals, at most 1.")


@strawberry.type(description="The cancelled order, or why it is not cancelled.")
class OrderCancelPayload:
    order: Order | None = _moved("The order that is called off; null after a refusal.")
    errors: list[OrderCancelError] = strawberry.field(description="The refusals, at most 1.")


@strawberry.type
class OrdersQuery:
    order: Order | None = root(
        resolvers.orders.order,
        arguments=(order_argument("id"),),
        description="One order; null where there is none that the viewer may see.",
    )
    orders: Connection[Order] | None = root(
        resolvers.orders.orders,
        arguments=(
            Argument(
                "filter",
                OrderFilterInput | None,
                "Which orders to list.",
                None,
                OrderFilterInput.freeze,
            ),
        ),
        requires=STAFF,
        description="The orders of the shop, the newest first; for a merchant, those with products"
        " of their own.",
    )
    shipping_methods: Connection[ShippingMethod] = root(
        resolvers.orders.shipping_methods,
        arguments=(Argument("currency", CurrencyCode, "The currency of the cart."),),
        description="The ways to send an order in a currency, the cheapest first.",
    )


_MOVE_ARGUMENTS = (
    order_argument("order"),
    Argument("expected_version", int | None, "The version that the client knows.", None),
)


@strawberry.type
class OrdersMutation:
    order_ship: OrderShipPayload | None = mutation(
        resolvers.orders.order_ship,
        arguments=_MOVE_ARGUMENTS,
        requires=STAFF,
        description="Mark a confirmed order as on its way. Merchants may do so where every line is"
        " of a product of theirs.",
    )
    order_deliver: OrderDeliverPayload | None = mutation(
        resolvers.orders.order_deliver,
        arguments=_MOVE_ARGUMENTS,
        requires=STAFF,
        description="Mark a shipped order as arrived. Merchants may do so where every line is of a"
        " product of theirs.",
    )
    order_cancel: OrderCancelPayload = mutation(
        resolvers.orders.order_cancel,
        arguments=_MOVE_ARGUMENTS,
        description="Call off an order that is not shipped: its stock is free again, and what was"
        " paid goes back. Its buyer may do so, and staff.",
    )
