"""A life in which every mutation of the graph is done once and refused once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.document_store import Document
from core.ids import encode_id
from tests.factories import PASSWORD
from tests.gateways.lives import Doors, Life
from tests.gateways.market import Market
from tests.gateways.payloads import mutation_of

ADDRESS = {
    "recipient": "Ann",
    "line1": "1 Harbour Street",
    "postalCode": "10115",
    "city": "Berlin",
    "countryCode": "DE",
}
PURCHASE = {
    "shippingMethod": "standard",
    "payment": {"token": "success"},
    "shippingAddress": ADDRESS,
}
NOBODY: Mapping[str, str] = {}
# One after another, though they are of different subgraphs.
SEVERAL = """mutation ($lines: [CartLineInput!]!, $address: AddressInput!) {
    added: cartLinesAdd(lines: $lines) { cart { version itemCount } }
    renamed: accountUpdate(name: "Bea") { account { name cart { version itemCount } } }
    cleared: cartClear { cart { version itemCount } }
    kept: addressAdd(address: $address) { address { city } }
    cartCreate { cart { version itemCount } errors { ... on UserError { code } } }
}"""
# Who has been logged in did not send the request, which is what other subgraphs go by.
AFTER_LOG_IN = """mutation ($email: String!, $password: String!) {
    accountLogIn(email: $email, password: $password) {
        account { name cart { itemCount } orders { totalCount } }
        errors { ... on UserError { code } }
    }
    cartCreate { cart { version itemCount } errors { ... on UserError { code } } }
}"""


def unknown(prefix: str) -> str:
    return encode_id(prefix, UUID(int=1))


class Chronicle(Life):
    """A customer and a merchant, and all that each may do and may not."""

    def __init__(self, doors: Doors, door: str, market: Market) -> None:
        super().__init__(doors, door, f"chronicle-{door.zfill(6)}")
        self._merchant, self._admin = market.callers["merchant"], market.callers["admin"]
        self._partner = market.partner
        self._category = market.ids["category"][0]
        self._delivery = market.delivery

    def live(self) -> None:
        self._register()
        self._keep_addresses()
        product, variants = self._sell()
        self._fill_a_cart(variants)
        self._buy(variants)
        self._stop_selling(product, variants)
        self._change_the_password()
        self._publish()
        self._keep_webhooks()
        self._retry_effects()

    def _do(self, name: str, headers: Mapping[str, str], /, **variables: Any) -> Any:
        return self.run(name, mutation_of(name, variables), variables, headers)

    def _register(self) -> None:
        self._known = {"email": f"{self.mine}@example.com", "password": PASSWORD}
        self._do("accountRegister", NOBODY, **self._known)
        self._do("accountRegister", NOBODY, email="nowhere", password="short", name="A" * 300)  # noqa: S106 - refused.
        self._do("accountLogIn", NOBODY, **self._known | {"password": "another"})
        session = self._do("accountLogIn", NOBODY, **self._known)
        self._customer = {"Authorization": f"Bearer {session['accessToken']}"}
        refreshed = self._do("accountRefresh", NOBODY, refreshToken=session["refreshToken"])
        self._do("accountLogOut", NOBODY, refreshToken=refreshed["refreshToken"])
        for name in ("accountRefresh", "accountLogOut"):
            self._do(name, NOBODY, refreshToken="never issued")
        for headers, name in (
            (NOBODY, "Ann"),
            (self._customer, "Ann"),
            (self._customer, "A" * 300),
        ):
            self._do("accountUpdate", headers, name=name)

    def _keep_addresses(self) -> None:
        self._do("addressAdd", NOBODY, address=ADDRESS)
        address = self._do("addressAdd", self._customer, address=ADDRESS)["address"]["id"]
        moved = {**ADDRESS, "city": "Hamburg"}
        for headers in (self._customer, self._merchant):
            self._do("addressUpdate", headers, id=address, address=moved)
        for _ in range(2):
            self._do("addressRemove", self._customer, id=address)

    def _sell(self) -> tuple[str, list[str]]:
        """Put a product on sale, and return its id and those of its two variants."""
        given = {"name": self.mine, "category": self._category, "currency": "EUR"}
        for headers in (NOBODY, self._customer):
            self._do("productCreate", headers, **given)
        wrong = {**given, "category": unknown("category")}
        self._do("productCreate", self._merchant, **wrong)
        product = self._do("productCreate", self._merchant, **given, slug=self.mine)["product"][
            "id"
        ]
        self._do("productCreate", self._admin, **given, slug=self.mine)
        self._do("productPublish", self._merchant, id=product)
        variants = [
            self._do("variantCreate", self._merchant, product=product, variant=self._variant(each))
            for each in ("small", "large", "large")
        ]
        self._do("productPublish", self._merchant, id=product)
        self._do("productUpdate", self._merchant, id=product, brand="Ann's")
        self._do("productUpdate", self._customer, id=product, brand="Ann's")
        return product, [each["variant"]["id"] for each in variants if each["variant"]]

    def _variant(self, name: str) -> dict[str, Any]:
        return {"sku": f"{self.mine}-{name}", "price": 1000, "name": name, "onHand": 9}

    def _fill_a_cart(self, variants: list[str]) -> None:
        small, large = variants
        self._do("cartCreate", NOBODY, lines=[{"variant": unknown("variant")}])
        created = self._do("cartCreate", self._customer, lines=[{"variant": small, "quantity": 2}])
        self._cart, line = created["cart"]["id"], created["cart"]["lines"]["nodes"][0]["id"]
        for wanted in (1, 9999, 10):
            lines = [{"variant": large, "quantity": wanted}]
            self._do("cartLinesAdd", self._customer, lines=lines)
        self._do("cartLinesAdd", NOBODY, cart=self._cart, lines=[{"variant": small}])
        for quantity in (3, 10):
            lines = [{"line": line, "quantity": quantity}]
            self._do("cartLinesUpdate", self._customer, lines=lines)
        for version in (99, None):
            self._do("cartLinesRemove", self._customer, lines=[line], expectedVersion=version)
        for version in (99, None):
            self._do("cartClear", self._customer, expectedVersion=version)
        several = {"lines": [{"variant": small}], "address": ADDRESS}
        self.run("several", SEVERAL, several, self._customer)
        self.run("after a log-in", AFTER_LOG_IN, self._known)

    def _buy(self, variants: list[str]) -> None:
        small, large = variants
        purchase = {**PURCHASE, "cart": self._cart}
        self._do("checkoutComplete", self._customer, **purchase)
        lines = [{"variant": small, "quantity": 2}, {"variant": large}]
        self._do("cartLinesAdd", self._customer, lines=lines)
        self._do("variantPricesSet", self._merchant, prices=[{"variant": small, "price": 1200}])
        self._do("checkoutComplete", self._customer, **purchase)
        self._do("variantPricesSet", self._merchant, prices=[{"variant": small, "price": 1000}])
        self._do("variantStocksSet", self._merchant, stocks=[{"variant": large, "onHand": 0}])
        self._do("checkoutComplete", self._customer, **purchase)
        self._do("variantStocksSet", self._merchant, stocks=[{"variant": large, "change": 5}])
        order = self._do("checkoutComplete", self._customer, **purchase)["order"]["id"]
        self._do("checkoutComplete", self._customer, **purchase)
        self._do("variantStocksSet", self._merchant, stocks=[{"variant": small, "onHand": -1}])
        self._do("variantStocksSet", self._customer, stocks=[{"variant": small, "onHand": 3}])
        for name, headers in (
            ("orderDeliver", self._merchant),
            ("orderShip", self._customer),
            ("orderShip", self._merchant),
            ("orderCancel", self._customer),
            ("orderDeliver", self._admin),
        ):
            self._do(name, headers, order=order)
        self._call_off(small)

    def _call_off(self, variant: str) -> None:
        """Buy once more, and think better of it."""
        cart = self._do("cartCreate", self._customer, lines=[{"variant": variant}])["cart"]["id"]
        order = self._do("checkoutComplete", self._customer, **PURCHASE, cart=cart)["order"]["id"]
        for headers in (NOBODY, self._customer):
            self._do("orderCancel", headers, order=order)

    def _stop_selling(self, product: str, variants: list[str]) -> None:
        small, large = variants
        self._do(
            "variantPricesSet", self._merchant, prices=[{"variant": unknown("variant"), "price": 1}]
        )
        self._do("variantUpdate", self._merchant, id=small, name="tiny")
        self._do("variantUpdate", self._merchant, id=small, sku=f"{self.mine}-large")
        for variant in (large, large, small):
            self._do("variantDelete", self._merchant, id=variant)
        for headers in (self._customer, self._merchant):
            self._do("productRetire", headers, id=product)

    def _change_the_password(self) -> None:
        for email in ("nowhere", self._known["email"]):
            self._do("passwordResetRequest", NOBODY, email=email)
        self._do("passwordReset", NOBODY, token="never mailed", password=PASSWORD)  # noqa: S106 - refused.
        for current in ("not it", PASSWORD):
            self._do("passwordChange", self._customer, currentPassword=current, password=PASSWORD)

    def _publish(self) -> None:
        body = f"# {self.mine}\nquery Names {{ products {{ nodes {{ name }} }} }}"
        for document in (
            Document("Names", "query", body),
            Document("Names", "query", body),
            Document("Names", "query", body.replace("name ", "nome ")),
            Document("Others", "query", body),
        ):
            operation = {
                "id": document.sha256.hex(),
                "name": document.name,
                "type": document.kind,
                "body": document.body,
            }
            for headers in (self._partner, self._admin, NOBODY):
                self._do("documentsPublish", headers, operations=[operation])

    def _keep_webhooks(self) -> None:
        # Addresses that need no name server, of which one is not to be sent to.
        new = {"url": "https://8.8.8.8/hook", "ownerEmail": "ops@acme.example"}
        for headers in (NOBODY, self._customer, self._admin):
            self._do("webhookEndpointCreate", headers, **new)
        wanted = {"filter": {"total": {"currency": "EUR"}, "lines": []}}
        hidden = {**new, **wanted, "url": "https://127.0.0.1/hook"}
        self._do("webhookEndpointCreate", self._partner, **hidden)
        own = self._do("webhookEndpointCreate", self._partner, **new, **wanted)
        for_client = {**new, "client": self.mine, "types": ["order.placed"]}
        endpoint = self._do("webhookEndpointCreate", self._admin, **for_client)["endpoint"]["id"]
        for changed in ({"types": ["order.eaten"]}, {"document": "{"}, {"enabled": False}):
            self._do("webhookEndpointUpdate", self._admin, id=endpoint, **changed)
        for headers in (NOBODY, self._merchant, self._admin):
            self._do("webhookSecretRotate", headers, id=endpoint)
        self._replay_webhooks(endpoint, own["endpoint"]["id"])
        for headers, id_ in (
            (self._partner, endpoint),
            (self._partner, own["endpoint"]["id"]),
            (self._customer, endpoint),
            (self._admin, endpoint),
            (self._admin, endpoint),
        ):
            self._do("webhookEndpointDelete", headers, id=id_)

    def _replay_webhooks(self, disabled: str, own: str) -> None:
        for headers in (NOBODY, self._customer, self._admin):
            self._do("webhookDeliveryReplay", headers, id=self._delivery)
        self._do("webhookDeliveryReplay", self._admin, id=unknown("delivery"))
        # Before there were events, so that what is counted is the same at every run.
        time = {"since": "2020-01-01T00:00:00Z", "until": "2020-02-01T00:00:00Z"}
        for headers in (NOBODY, self._customer, self._admin):
            self._do("webhookEndpointReplay", headers, endpoint=own, **time)
            self._do("webhookEndpointReplay", headers, endpoint=disabled, **time, dryRun=True)

    def _retry_effects(self) -> None:
        for headers in (NOBODY, self._customer):
            self._do("effectsRetry", headers, ids=[])
        self._do("effectsRetry", self._admin, ids=[encode_id("effect", UUID(int=7))])
        self._do("effectsRetry", self._admin, ids=[])
