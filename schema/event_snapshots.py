"""What any event froze: besides orders, products and accounts."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from execution.fields import derived
from loaders.event_log import LoggedEventRow
from models import ProductStatus
from schema.order_snapshots import OrderSnapshot, money, told
from schema.shared import CurrencyCode, Money
from services.accounts import Role

_MOST_VARIANTS = 100


@strawberry.type(description="One of a product's variants with its stock, as after the event.")
class VariantSnapshot:
    variant_id: strawberry.ID = told("id", "Which article it is, for `variant` and `node`.")
    sku: str = told("sku", "The article number that it had, which may be another one's by now.")
    price: Money = money("price", "What one of them cost after the event.")
    on_hand: int = told("onHand", "How many the shop had, those in reserve included.")
    reserved: int = told("reserved", "How many of them pending orders held.")


@strawberry.type(
    description="A product with its variants as they were right after an event, whatever came"
    " later."
)
class ProductSnapshot:
    product_id: strawberry.ID = told("id", "Which product it is, for `product` and `node`.")
    merchant_id: strawberry.ID | None = told(
        "merchantId", "The account that sells it; null where the shop itself does."
    )
    category_id: strawberry.ID = told("categoryId", "Where it stood in the catalogue.")
    slug: str = told("slug", "The name that it had in URLs.")
    name: str = told("name", "What shoppers knew it by, without options.")
    status: ProductStatus = derived(
        lambda payload: ProductStatus[payload["status"]],
        description="Where it stood after the event.",
    )
    currency: CurrencyCode = told("currency", "In which currency its variants are sold.")
    price_from: Money | None = money(
        "priceFrom", "What the cheapest variant cost; null where none had a price yet."
    )
    price_to: Money | None = money(
        "priceTo", "What the dearest variant cost; null where none had a price yet."
    )
    updated_at: datetime = derived(
        lambda payload: datetime.fromisoformat(payload["updatedAt"]),
        description="When it last changed, this event included.",
    )
    variants: list[VariantSnapshot] = derived(
        lambda payload: payload["variants"][:_MOST_VARIANTS],
        at_most=_MOST_VARIANTS,
        description="Its articles with their stock, in the shop's order: the first ones, at most"
        f" {_MOST_VARIANTS}; `payload` has all.",
    )


def _role(payload: dict[str, Any]) -> Role | None:
    return Role[payload["role"]] if "role" in payload else None


@strawberry.type(description="Which account an event is about; read the account to see more of it.")
class AccountSnapshot:
    account_id: strawberry.ID = told("accountId", "Which one it is, for `node`.")
    role: Role | None = derived(
        _role, description="What it may do; told by `account.registered` alone, and null otherwise."
    )
    address_id: strawberry.ID | None = derived(
        lambda payload: payload.get("addressId"),
        description="Which of its addresses was added, changed or removed; null for other events.",
    )


EventSnapshot = Annotated[
    OrderSnapshot | ProductSnapshot | AccountSnapshot,
    strawberry.union("EventSnapshot", description="What an event was about, as it left it."),
]
_TYPES = {"order": OrderSnapshot, "product": ProductSnapshot, "account": AccountSnapshot}


class _Payload(dict[str, Any]):
    """Takes the note of its type, which a plain dictionary has no room for."""


def snapshot_of(row: LoggedEventRow) -> object | None:
    """Return what `EventSnapshot` shows of an event."""
    shown = _TYPES.get(row.aggregate_type)
    return None if shown is None else strawberry.cast(shown, _Payload(row.payload))
