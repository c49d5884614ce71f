"""Every type of event there is, and what its payload says; the documentation is made from it.

A payload is a snapshot of its aggregate when the event happened: ids in their public form, money
with its currency, times in ISO 8601, and never a secret. Readers keep payloads for years: fields
may be added to one, and any other change is a new version of its type.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from core.money import Money
from models import LASTING_AGGREGATE


class Payload(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )


def _told(description: str, example: object) -> Any:  # noqa: ANN401 - it stands for a field.
    """Declare a part of a payload as the documentation shows it."""
    return Field(description=description, examples=[example])


def _id(prefix: str, description: str) -> Any:  # noqa: ANN401 - as above.
    return _told(description, f"{prefix}_01jdfz3v8te8sa7n7q2hd3kq6w")


class MoneyPayload(Payload):
    """An amount of money, as everywhere in the graph."""

    amount: Annotated[
        str, _told("In major units, with the currency's own number of digits.", "19.90")
    ]
    currency: Annotated[str, _told("The code of ISO 4217.", "EUR")]
    minor_units: Annotated[int, _told("The same in the currency's smallest unit.", 1990)]

    @classmethod
    def of(cls, minor_units: int, currency: str) -> Self:
        amount = Money(minor_units, currency).amount
        return cls(amount=str(amount), currency=currency, minor_units=minor_units)


class PostalAddressPayload(Payload):
    """Where something is sent."""

    recipient: Annotated[str, _told("The name on the parcel.", "Ada Example")]
    line1: Annotated[str, _told("The street and the number.", "High Street 1")]
    line2: Annotated[str, _told("What the first line had no room for, or empty.", "")]
    postal_code: Annotated[str, _told("As the country writes it.", "12345")]
    city: Annotated[str, _told("Without its postal code.", "Springfield")]
    region: Annotated[str, _told("The state or province, or empty.", "")]
    country_code: Annotated[str, _told("The code of ISO 3166-1.", "DE")]


class OrderLinePayload(Payload):
    """So many of one variant, named and priced as when the order was placed."""

    variant_id: Annotated[str | None, _id("variant", "Null where the variant is gone.")]
    sku: Annotated[str, _told("The article number.", "MUG-RED")]
    name: Annotated[str, _told("With the options chosen.", "Mug, red")]
    quantity: Annotated[int, _told("How many were bought.", 1)]
    unit_price: MoneyPayload = Field(description="What one cost.")
    total: MoneyPayload = Field(description="What all of them cost.")


class OrderPayload(Payload):
    """A whole order as it was after the event."""

    id: Annotated[str, _id("order", "The order, as `aggregate` says too.")]
    number: Annotated[int, _told("What people call it by.", 100001)]
    status: Annotated[
        str, _told("PENDING, CONFIRMED, SHIPPED, DELIVERED or CANCELLED.", "CONFIRMED")
    ]
    version: Annotated[int, _told("Grows with every change.", 2)]
    placed_at: Annotated[datetime, _told("When the cart became the order.", "2026-02-03T04:05:06Z")]
    account_id: Annotated[str | None, _id("account", "Who bought it; null for a guest's order.")]
    email: Annotated[str, _told("Where word of the order goes to.", "ada@example.com")]
    currency: Annotated[str, _told("The code of ISO 4217.", "EUR")]
    subtotal: MoneyPayload = Field(description="What the lines cost together.")
    shipping: MoneyPayload = Field(
        description="What sending it costs.",
        examples=[{"amount": "0.00", "currency": "EUR", "minorUnits": 0}],
    )
    total: MoneyPayload = Field(description="What the order costs: both together.")
    shipping_method: Annotated[str, _told("The code of the way in which it is sent.", "standard")]
    shipping_address: PostalAddressPayload = Field(description="Where it goes.")
    lines: list[OrderLinePayload] = Field(description="What was bought, in the cart's order.")


class VariantPayload(Payload):
    """A variant with its stock, of which pending orders have reserved some."""

    id: Annotated[str, _id("variant", "The variant, which orders name too.")]
    sku: Annotated[str, _told("The article number.", "MUG-RED")]
    price: MoneyPayload = Field(description="What one costs.")
    on_hand: Annotated[int, _told("How many there are, reserved ones included.", 12)]
    reserved: Annotated[int, _told("How many of them pending orders hold.", 3)]


class ProductPayload(Payload):
    """A product with all its variants as they were after the event."""

    id: Annotated[str, _id("product", "The product, as `aggregate` says too.")]
    merchant_id: Annotated[str | None, _id("account", "Null where the shop itself sells it.")]
    category_id: Annotated[str, _id("category", "Where it stands in the catalogue.")]
    slug: Annotated[str, _told("Its name in URLs.", "mug")]
    name: Annotated[str, _told("What shoppers know it by.", "Mug")]
    status: Annotated[str, _told("DRAFT, ACTIVE or RETIRED.", "ACTIVE")]
    currency: Annotated[str, _told("The code of ISO 4217.", "EUR")]
    price_from: MoneyPayload | None = Field(
        description="The lowest price; null where no variant has one yet."
    )
    price_to: MoneyPayload | None = Field(
        description="The highest price; null where no variant has one yet."
    )
    updated_at: Annotated[datetime, _told("When it last changed.", "2026-02-03T04:05:06Z")]
    variants: list[VariantPayload] = Field(description="All of them, in the shop's order.")


class AccountPayload(Payload):
    """An account by its id: who may see more of it, reads it."""

    account_id: Annotated[str, _id("account", "The account, as `aggregate` says too.")]


class RegisteredPayload(AccountPayload):
    """A new account."""

    role: Annotated[str, _told("CUSTOMER, MERCHANT or ADMIN.", "CUSTOMER")]


class AddressPayload(AccountPayload):
    """One of the addresses that an account keeps."""

    address_id: Annotated[str, _id("address", "Which one, by the id that it has or had.")]


class WebhookEndpointPayload(Payload):
    """An endpoint of webhooks to which nothing is sent any more."""

    id: Annotated[str, _id("webhook", "The endpoint, by which its client knows it.")]
    client: Annotated[str, _told("Whose it is.", "acme")]
    url: Annotated[str, _told("Where webhooks went to.", "https://acme.example/hook")]
    owner_email: Annotated[str, _told("Who is told by mail.", "ops@acme.example")]
    failing_since: Annotated[
        datetime | None, _told("When the first of the failures was.", "2026-02-03T04:05:06Z")
    ]
    reason: Annotated[
        str, _told("What came of the last attempt.", "The receiver answered with status 500.")
    ]


class JobPayload(Payload):
    """How far a piece of bulk work had come."""

    id: Annotated[str, _id("job", "The job, as `aggregate` says too.")]
    kind: Annotated[str, _told("CATALOG_IMPORT or SEARCH_REINDEX.", "CATALOG_IMPORT")]
    status: Annotated[str, _told("RUNNING, DONE or FAILED.", "RUNNING")]
    done: Annotated[int, _told("How many lines or products were done.", 5000)]
    total: Annotated[int | None, _told("Of how many; null where nobody knows.", 19406)]
    error: Annotated[str | None, _told("Why it failed; null where it did not.", None)]


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

    @property
    def lasts(self) -> bool:
        """Whether its events are kept for ever."""
        return self.aggregate_type == LASTING_AGGREGATE


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

PRODUCT_IMPORTED = EventType(
    "product.imported",
    ProductPayload,
    "An import made a product, or changed anything of it: words, variants, prices, stock.",
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

WEBHOOK_DISABLED = EventType(
    "webhook.disabled",
    WebhookEndpointPayload,
    "An endpoint of webhooks failed for too long, or its receiver wants nothing more.",
    is_private=True,
)

JOB_STARTED = EventType("job.started", JobPayload, "Bulk work began.", is_private=True)
JOB_ADVANCED = EventType(
    "job.advanced",
    JobPayload,
    "More of a job was done; it is told about once a second.",
    is_private=True,
)
JOB_ENDED = EventType(
    "job.ended", JobPayload, "A job was done, or it failed; `status` says which.", is_private=True
)

EVENT_TYPES = {each.name: each for each in list(globals().values()) if isinstance(each, EventType)}
# What is told to the programs of partners.
PUBLIC_TYPES = frozenset(name for name, each in EVENT_TYPES.items() if not each.is_private)
