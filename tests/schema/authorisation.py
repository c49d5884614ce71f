"""What each kind of caller is shown of each kind of object, whichever way they ask for it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.cursors import encode_cursor
from tests.schema.sales import OUTSIDE

# Another kind of caller gets a name here, a client in `callers` and an entry in every table.
CALLERS = [*OUTSIDE, "the buyer", "the holder", "a merchant of it", "an admin"]
NOBODY = ["anonymous", "another cart's holder", "the holder"]
WITH_WEBHOOKS = ["a partner with webhooks", "another partner with webhooks"]
PARTNERS = ["a partner", "a partner with events", *WITH_WEBHOOKS]
WITHOUT_ACCOUNT = [*NOBODY, *PARTNERS]
# They are known, but have no role, and no scope that anything but events and webhooks asks for.
WITHOUT_GRANT = ["another customer", "the buyer", *PARTNERS]

UNAUTHENTICATED, FORBIDDEN = "UNAUTHENTICATED", "FORBIDDEN"
WHEN = "2026-02-03T04:05:06+00:00"
# A cart is open until then.
EXPIRY = "2126-02-03T04:05:06+00:00"


class Json(dict[str, Any]):
    """A value of JSON, of which nothing is selected."""


Shown = Mapping[str, Mapping[str, Any] | None]


@dataclass(frozen=True)
class Exhibit:
    """An object, all that there is to see of it, and who sees what.

    `shown` says for each caller what is other than in `whole`, where a refused field shows the code
    of its error, or that the object is not seen at all. `ways` are selections that lead to it, with
    `IT` for what is selected of it; where not all who see it get along a way, `on_way` names who
    does.
    """

    type_name: str
    whole: Mapping[str, Any]
    shown: Shown
    ways: Mapping[str, str]
    on_way: Mapping[str, Collection[str]] = field(default_factory=dict)

    def expected(self, caller: str, way: str) -> dict[str, Any] | None:
        changes = self.shown[caller]
        if changes is None or caller not in self.on_way.get(way, CALLERS):
            return None
        return {**self.whole, **changes}


def each(callers: Iterable[str], shown: Mapping[str, Any]) -> Shown:
    return dict.fromkeys(callers, shown)


def only(shown: Shown) -> Shown:
    """Hide an object from all callers but these."""
    return {**dict.fromkeys(CALLERS), **shown}


def money(minor_units: int) -> dict[str, int]:
    return {"minorUnits": minor_units}


ACCOUNT = Exhibit(
    "Account",
    whole={
        "email": "buyer@example.com",
        "name": "Bo",
        "role": "CUSTOMER",
        "createdAt": WHEN,
        "addresses": {"nodes": [{"city": "Bonn"}]},
        "cart": {"itemCount": 2},
        "orders": {"nodes": [{"number": 7}]},
    },
    shown=only({"the buyer": {}, "an admin": {"cart": None}}),
    ways={"root": "viewer { IT }", "nested": "order(id: $order) { account { IT } }"},
    on_way={"root": {"the buyer"}, "nested": {"an admin"}},
)
MERCHANT = Exhibit(
    "Account",
    whole={"email": "merchant@example.com", "role": "MERCHANT"},
    shown=only({"a merchant of it": {}, "an admin": {}}),
    ways={"root": "viewer { IT }", "nested": "product(id: $product) { merchant { IT } }"},
    on_way={"root": {"a merchant of it"}},
)
ADDRESS = Exhibit(
    "Address",
    whole={
        "recipient": "Bo",
        "line1": "Main Street 1",
        "line2": "Back",
        "postalCode": "53111",
        "city": "Bonn",
        "region": "NW",
        "countryCode": "DE",
    },
    shown=only({"the buyer": {}, "an admin": {}}),
    ways={"nested": "node(id: $account) { ... on Account { addresses { nodes { IT } } } }"},
)
CART = Exhibit(
    "Cart",
    whole={
        "version": 1,
        "currency": "EUR",
        "itemCount": 2,
        "subtotal": money(3980),
        "expiresAt": None,
        "lines": {"nodes": [{"quantity": 2}]},
    },
    shown=only({"the buyer": {}}),
    ways={
        "root": "cart(id: $cart) { IT }",
        "nested": "node(id: $account) { ... on Account { cart { IT } } }",
    },
)
GUEST_CART = Exhibit(
    "Cart",
    whole={"itemCount": 1, "expiresAt": EXPIRY},
    shown=only({"the holder": {}}),
    ways={"root": "cart(id: $guest_cart) { IT }"},
)
LINE = Exhibit(
    "CartLine",
    whole={
        "quantity": 2,
        "unitPrice": money(1990),
        "seenPrice": money(1990),
        "priceChanged": False,
        "total": money(3980),
        "variant": {"sku": "MUG"},
    },
    shown=only({"the buyer": {}}),
    ways={"nested": "cart(id: $cart) { lines { nodes { IT } } }"},
)
GUEST_LINE = Exhibit(
    "CartLine",
    whole={"quantity": 1, "total": money(1990)},
    shown=only({"the holder": {}}),
    ways={"nested": "cart(id: $guest_cart) { lines { nodes { IT } } }"},
)
CATEGORY = Exhibit(
    "Category",
    whole={
        "slug": "kitchen",
        "name": "Kitchen",
        "productCount": 1,
        "parent": {"slug": "home"},
        "breadcrumbs": [{"slug": "home"}, {"slug": "kitchen"}],
        "children": {"nodes": [{"slug": "cups"}]},
        "products": {"nodes": [{"slug": "mug"}]},
    },
    shown=each(CALLERS, {}),
    ways={
        "root": "category(id: $category) { IT }",
        "nested": "product(id: $product) { category { IT } }",
    },
)
ORDER = Exhibit(
    "Order",
    whole={
        "number": 7,
        "status": "CONFIRMED",
        "version": 1,
        "placedAt": WHEN,
        "email": "bo@example.com",
        "subtotal": money(2000),
        "shipping": money(490),
        "total": money(2490),
        "shippingAddress": {"city": "Bonn"},
        "availableTransitions": ["CANCELLED"],
        "lines": {"nodes": [{"name": "Article 1"}, {"name": "Article 2"}]},
        "shippingMethod": {"name": "Standard"},
        "payments": {"nodes": [{"status": "SUCCEEDED"}]},
        "account": {"email": "buyer@example.com"},
    },
    shown=only(
        {
            "the buyer": {"account": FORBIDDEN},
            "the holder": {"account": UNAUTHENTICATED},
            "a merchant of it": {"account": FORBIDDEN, "availableTransitions": []},
            "an admin": {"availableTransitions": ["SHIPPED", "CANCELLED"]},
        }
    ),
    ways={
        "root": "order(id: $order) { IT }",
        "nested": "node(id: $account) { ... on Account { orders { nodes { IT } } } }",
    },
    on_way={"nested": {"the buyer", "an admin"}},
)
PRODUCT = Exhibit(
    "Product",
    whole={
        "slug": "mug",
        "name": "Mug",
        "description": "For tea.",
        "brand": "Pot & Co",
        "releasedOn": "2026-01-31",
        "createdAt": WHEN,
        "updatedAt": WHEN,
        "status": "ACTIVE",
        "merchant": {"email": "merchant@example.com"},
        "priceRange": {"lowest": money(1990)},
        "inStock": True,
        "category": {"slug": "kitchen"},
        "options": [{"name": "size"}],
        "variants": {"nodes": [{"sku": "MUG"}]},
        "attributes": {"nodes": [{"key": "glaze"}]},
        "media": {"nodes": [{"url": "http://pictures/mug.svg"}]},
    },
    shown={
        **each(NOBODY, {"merchant": UNAUTHENTICATED}),
        **each(WITHOUT_GRANT, {"merchant": FORBIDDEN}),
        "another merchant": {"merchant": None},
        "a merchant of it": {},
        "an admin": {},
    },
    ways={
        "root": "product(id: $product) { IT }",
        "nested": "variant(id: $variant) { product { IT } }",
    },
)
RETIRED = Exhibit(
    "Product",
    whole={"slug": "relic", "status": "RETIRED", "merchant": {"email": "merchant@example.com"}},
    shown=only({"a merchant of it": {}, "an admin": {}}),
    ways={
        "root": "product(id: $retired) { IT }",
        "nested": "order(id: $order) { lines { nodes { variant { product { IT } } } } }",
    },
)
VARIANT = Exhibit(
    "Variant",
    whole={
        "sku": "MUG",
        "name": "Mug, S",
        "mpn": "M-1",
        "eans": ["4006381333931"],
        "options": [{"name": "size", "value": "S"}],
        "price": money(1990),
        "inStock": True,
        "availableQuantity": 5,
        "product": {"slug": "mug"},
    },
    shown=each(CALLERS, {}),
    ways={
        "root": "variant(id: $variant) { IT }",
        "nested": "product(id: $product) { variants { nodes { IT } } }",
    },
)
RETIRED_VARIANT = Exhibit(
    "Variant",
    whole={"sku": "RELIC", "product": {"slug": "relic"}},
    shown=only({"a merchant of it": {}, "an admin": {}}),
    ways={
        "root": "variant(id: $retired_variant) { IT }",
        "nested": "order(id: $order) { lines { nodes { variant { IT } } } }",
    },
)
WEBHOOK = Exhibit(
    "WebhookEndpoint",
    whole={
        "client": "acme",
        "url": "https://acme.example/hook",
        "types": ["order.placed"],
        "filter": Json(currency="EUR"),
        "document": "query ($event: ID!) { node(id: $event) { id } }",
        "status": "DISABLED",
        "ownerEmail": "ops@acme.example",
        "failures": 3,
        "failingSince": WHEN,
        "pausedUntil": WHEN,
        "previousSecretUntil": WHEN,
        "createdAt": WHEN,
    },
    shown=only({"a partner with webhooks": {}, "an admin": {}}),
    ways={"nested": "webhookEndpoints { nodes { IT } }"},
)
EVENT = Exhibit(
    "Event",
    whole={
        "type": "order.placed",
        "version": 1,
        "sequence": 1,
        "cursor": encode_cursor("events", [1]),
        "occurredAt": WHEN,
        "aggregate": {"type": "order"},
        "correlationId": "a request",
        "payload": Json(number=7),
        "snapshot": {"__typename": "OrderSnapshot"},
        "actor": {"email": "buyer@example.com"},
    },
    shown=only({"a partner with events": {"actor": None}, "an admin": {}}),
    ways={"root": "event(id: $event) { IT }", "nested": "events { nodes { IT } }"},
)
PRIVATE_EVENT = Exhibit(
    "Event",
    whole={"type": "account.registered", "payload": Json()},
    shown=only({"an admin": {}}),
    ways={"root": "event(id: $private_event) { IT }", "nested": "events { nodes { IT } }"},
)
# By the names of the variables that hold their ids.
EXHIBITS = {
    "account": ACCOUNT,
    "merchant": MERCHANT,
    "address": ADDRESS,
    "cart": CART,
    "guest_cart": GUEST_CART,
    "line": LINE,
    "guest_line": GUEST_LINE,
    "category": CATEGORY,
    "order": ORDER,
    "product": PRODUCT,
    "retired": RETIRED,
    "variant": VARIANT,
    "retired_variant": RETIRED_VARIANT,
    "webhook": WEBHOOK,
    "event": EVENT,
    "private_event": PRIVATE_EVENT,
}
