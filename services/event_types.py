"""Every type of event there is, and what its payload says; the documentation is made from it.

A payload is a snapshot of its aggregate when the event happened: ids in their public form, money
with its currency, times in ISO 8601, and never a secret. Readers keep payloads for years: fields
may be added to one, and any other change is a new version of its type.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from core.money import Money


class Payload(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )


class MoneyPayload(Payload):
    """An amount of money, as everywhere in the graph."""

    amount: str = Field(description="In major units, with the currency's own number of digits.")
    currency: str = Field(description="The code of ISO 4217.")
    minor_units: int

    @classmethod
    def of(cls, minor_units: int, currency: str) -> Self:
        amount = Money(minor_units, currency).amount
        return cls(amount=str(amount), currency=currency, minor_units=minor_units)


class PostalAddressPayload(Payload):
    """Where something is sent; `line2` and `region` may be empty."""

    recipient: str
    line1: str
    line2: str
    postal_code: str
    city: str
    region: str
    country_code: str = Field(description="The code of ISO 3166-1.")


class OrderLinePayload(Payload):
    """So many of one variant, named and priced as when the order was placed."""

    variant_id: str | None = Field(description="Null where the variant is gone.")
    sku: str
    name: str
    quantity: int
    unit_price: MoneyPayload
    total: MoneyPayload


class OrderPayload(Payload):
    """A whole order as it was after the event."""

    id: str
    number: int
    status: str = Field(description="PENDING, CONFIRMED, SHIPPED, DELIVERED or CANCELLED.")
    version: int = Field(description="Grows with every change.")
    placed_at: datetime
    account_id: str | None = Field(description="Null for a guest's order.")
    email: str
    currency: str
    subtotal: MoneyPayload
    shipping: MoneyPayload
    total: MoneyPayload
    shipping_method: str
    shipping_address: PostalAddressPayload
    lines: list[OrderLinePayload]


class VariantPayload(Payload):
    """A variant with its stock, of which carts have reserved some."""

    id: str
    sku: str
    price: MoneyPayload
    on_hand: int
    reserved: int


class ProductPayload(Payload):
    """A product with all its variants as they were after the event."""

    id: str
    merchant_id: str | None = Field(description="Null where the shop itself sells it.")
    category_id: str
    slug: str
    name: str
    status: str = Field(description="DRAFT, ACTIVE or RETIRED.")
    currency: str
    price_from: MoneyPayload | None = Field(description="Null where no variant has a price yet.")
    price_to: MoneyPayload | None
    updated_at: datetime
    variants: list[VariantPayload]


class AccountPayload(Payload):
    """An account by its id: who may see more of it, reads it."""

    account_id: str


class RegisteredPayload(AccountPayload):
    """A new account."""

    role: str = Field(description="CUSTOMER, MERCHANT or ADMIN.")


class AddressPayload(AccountPayload):
    """One of the addresses that an account keeps."""

    address_id: str


class WebhookEndpointPayload(Payload):
    """An endpoint of webhooks to which nothing is sent any more."""

    id: str
    client: str
    url: str
    owner_email: str
    failing_since: datetime | None = Field(description="When the first of the failures was.")
    reason: str = Field(description="What came of the last attempt.")


PayloadT = TypeVar("PayloadT", bound=Payload)


@dataclass(frozen=True)
class EventType(Generic[PayloadT]):
    """What can happen to an aggregate, named `aggregate.what_happened`.

    One that is private is told to admins, and to nobody else's program.
    """

    name: str
    payload: type[PayloadT]
    description: str
    version: int = 1
    is_private: bool = False

    @property
    def aggregate_type(self) -> str:
        return self.name.partition(".")[0]


def _account(what: str, description: str, payload: type[PayloadT]) -> EventType[PayloadT]:
    return EventType(f"account.{what}", payload, description, is_private=True)


ORDER_PLACED = EventType(
    "order.placed", OrderPayload, "A cart became an order, which is not paid for yet."
)
ORDER_CONFIRMED = EventType("order.confirmed", OrderPayload, "An order is paid for.")
ORDER_SHIPPED = EventType("order.shipped", OrderPayload, "An order was handed to the carrier.")
ORDER_DELIVERED = EventType("order.delivered", OrderPayload, "An order reached its recipient.")
ORDER_CANCELLED = EventType(
    "order.cancelled", OrderPayload, "An order was given up, and its stock is free again."
)

PRODUCT_CREATED = EventType("product.created", ProductPayload, "A product was drafted.")
PRODUCT_CHANGED = EventType(
    "product.changed", ProductPayload, "A product's words, pictures or variants changed."
)
PRODUCT_PUBLISHED = EventType("product.published", ProductPayload, "A product went on sale.")
PRODUCT_RETIRED = EventType("product.retired", ProductPayload, "A product went off sale.")
PRODUCT_PRICE_CHANGED = EventType(
    "product.price_changed", ProductPayload, "Prices of a product's variants changed."
)
PRODUCT_STOCK_CHANGED = EventType(
    "product.stock_changed",
    ProductPayload,
    "The stock of a product's variants was counted anew; what orders take is told by their events.",
)

ACCOUNT_REGISTERED = _account("registered", "Somebody made an account.", RegisteredPayload)
ACCOUNT_UPDATED = _account("updated", "An account changed its name.", AccountPayload)
ACCOUNT_PASSWORD_CHANGED = _account(
    "password_changed", "An account has a new password.", AccountPayload
)
ACCOUNT_PASSWORD_RESET_REQUESTED = _account(
    "password_reset_requested", "Somebody asked for a new password.", AccountPayload
)
ACCOUNT_ADDRESS_ADDED = _account("address_added", "An account keeps an address.", AddressPayload)
ACCOUNT_ADDRESS_CHANGED = _account("address_changed", "An address changed.", AddressPayload)
ACCOUNT_ADDRESS_REMOVED = _account("address_removed", "An address was forgotten.", AddressPayload)

WEBHOOK_ENDPOINT_DISABLED = EventType(
    "webhook_endpoint.disabled",
    WebhookEndpointPayload,
    "An endpoint of webhooks failed for too long, or its receiver wants nothing more.",
    is_private=True,
)

EVENT_TYPES = {each.name: each for each in list(globals().values()) if isinstance(each, EventType)}
# What is told to the programs of partners.
PUBLIC_TYPES = frozenset(name for name, each in EVENT_TYPES.items() if not each.is_private)
