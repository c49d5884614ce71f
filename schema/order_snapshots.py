"""Orders as the log froze them, told from the payload of an event without any reading."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry

import core.money
from execution.fields import derived
from schema.orders import ShippingAddress
from schema.shared import CurrencyCode, Money
from services.order_states import OrderStatus


def told(name: str, description: str) -> Any:  # noqa: ANN401 - it stands for a field.
    """Declare a field that shows a part of a payload as it is."""
    return derived(lambda payload: payload[name], description=description)


def money(name: str, description: str) -> Any:  # noqa: ANN401 - it stands for a field.
    """Declare a field that shows a price or a sum in a payload."""
    return derived(lambda payload: _amount(payload[name]), description=description)


def _amount(payload: Mapping[str, Any] | None) -> core.money.Money | None:
    if payload is None:
        return None
    return core.money.Money(payload["minorUnits"], payload["currency"])


def _address(payload: Mapping[str, Any]) -> ShippingAddress:
    address = payload["shippingAddress"]
    return ShippingAddress(
        recipient=address["recipient"],
        line1=address["line1"],
        line2=address["line2"],
        postal_code=address["postalCode"],
        city=address["city"],
        region=address["region"],
        country_code=address["countryCode"],
    )


@strawberry.type(description="So many of one article, as the order held them after the event.")
class OrderLineSnapshot:
    variant_id: strawberry.ID | None = told(
        "variantId", "The id of the article, for `node`; null where it was gone by then."
    )
    sku: str = told("sku", "The article number when the order was placed.")
    name: str = told("name", "The name when the order was placed, options included.")
    quantity: int = told("quantity", "How many were bought, 1 to 999.")
    unit_price: Money = money("unitPrice", "What one of them cost.")
    total: Money = money("total", "What all of them cost: `unitPrice` times `quantity`.")


@strawberry.type(
    description="An order as it was right after an event. Later changes leave it as it is, and it"
    " is the same at every reading."
)
class OrderSnapshot:
    order_id: strawberry.ID = told("id", "What the order is asked for by, at `order` or `node`.")
    number: int = told("number", "The number that people call the order by.")
    status: OrderStatus = derived(
        lambda payload: OrderStatus[payload["status"]],
        description="Where the order stood after the event.",
    )
    version: int = told(
        "version", "The version that the event brought the order to; it grows with each."
    )
    placed_at: datetime = derived(
        lambda payload: datetime.fromisoformat(payload["placedAt"]),
        description="When the cart became this order, paid or not yet.",
    )
    email: str = told("email", "The e-mail address that word of the order goes to.")
    account_id: strawberry.ID | None = told(
        "accountId", "The account that bought it; null for a guest's order."
    )
    currency: CurrencyCode = told("currency", "In which currency it was bought.")
    subtotal: Money = money("subtotal", "What the lines cost together, without shipping.")
    shipping: Money = money("shipping", "What sending the order costs, as agreed at checkout.")
    total: Money = money("total", "What the order costs: `subtotal` and `shipping` together.")
    shipping_method: str = told(
        "shippingMethod", "The `code` of the way in which the order is sent: `express`."
    )
    shipping_address: ShippingAddress = derived(_address, description="Where the order goes.")
    lines: list[OrderLineSnapshot] = derived(
        lambda payload: payload["lines"],
        at_most=100,
        description="What was bought, at most 100 lines, in the order of the cart.",
    )
