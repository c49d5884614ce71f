"""A life in the shop, led whole and through the gateways: every mutation of the client and of REST.

Each door has a customer of its own, so that all of them go the same way. What is unlike by its
nature, such as ids and times, is told by its kind.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from graphql import OperationType

from core.ids import encode_id
from tests.factories import PASSWORD
from tests.gateways.lives import Life, codes
from tests.gateways.market import Market
from tests.gateways.operations import OPERATIONS, operations_of
from tests.gateways.processes import GATEWAYS, Doors

NO_LINE = encode_id("cart_line", UUID(int=1))
NO_CART = encode_id("cart", UUID(int=1))
ADDRESS = {
    "recipient": "Ann",
    "line1": "1 Harbour Street",
    "postalCode": "10115",
    "city": "Berlin",
    "countryCode": "DE",
}


class CustomersLife(Life):
    """What one customer does, by the documents of the client or of REST."""

    def __init__(self, doors: Doors, door: str, market: Market, documents: str) -> None:
        super().__init__(doors, door, f"{door}-{documents}@example.com")
        self._documents, self._email = documents, self.mine
        self._admin = market.callers["admin"]
        self._wanted, self._sold_out = market.ids["variant"][:2]

    def lead(self) -> None:
        customer = self._come()
        secret, cart = self._fill_a_cart()
        self._payload(
            "AccountLogIn", {**self._who, "password": PASSWORD}, {"X-Cart-Secret": secret}
        )
        order = self._buy(cart, customer)
        if self._documents == "client":
            self._see_it_through(order, customer)
            # A partner that does has a test of its own, where every mutation is done.
            self._payload("DocumentsPublish", {"operations": []})

    @property
    def _who(self) -> dict[str, str]:
        return {"email": self._email}

    def _come(self) -> dict[str, str]:
        """Register, log in and out, and return the headers of the customer."""
        known = {**self._who, "password": PASSWORD}
        for _ in range(2):
            self._payload("AccountRegister", {**known, "name": "Ann"})
        self._payload("AccountLogIn", {**self._who, "password": "not the password"})
        session = self._payload("AccountLogIn", known)
        tokens = {"refreshToken": session["refreshToken"]}
        refreshed = self._payload("AccountRefresh", tokens)
        self._payload("AccountRefresh", {"refreshToken": "never issued"})
        self._payload("AccountLogOut", {"refreshToken": refreshed["refreshToken"]})
        return {"Authorization": f"Bearer {session['accessToken']}"}

    def _fill_a_cart(self) -> tuple[str, str]:
        """Fill an anonymous cart, and return its secret and its id."""
        lines = [{"variant": self._wanted, "quantity": 2}]
        created = self._payload("CartCreate", {"lines": lines})
        guest = {"X-Cart-Secret": created["secret"]}
        line = created["cart"]["lines"]["nodes"][0]["id"]
        self._payload("CartCreate", {"lines": [{"variant": self._sold_out}]})
        self._payload("CartLinesAdd", {"lines": lines, "expectedVersion": 99}, guest)
        self._payload("CartLinesAdd", {"lines": lines}, guest)
        self._payload("CartLinesAdd", {"lines": lines})
        for quantity in (1000, 3):
            self._payload("CartLinesUpdate", self._quantity(line, quantity), guest)
        for gone in (NO_LINE, line):
            self._payload("CartLinesRemove", self._line(gone), guest)
        self._payload("CartLinesAdd", {"lines": lines}, guest)
        return created["secret"], created["cart"]["id"]

    def _quantity(self, line: str, quantity: int) -> dict[str, Any]:
        change = {"line": line, "quantity": quantity}
        return {"lines": [change]} if self._documents == "client" else change

    def _line(self, line: str) -> dict[str, Any]:
        return {"lines": [line]} if self._documents == "client" else {"line": line}

    def _buy(self, cart: str, customer: Mapping[str, str]) -> str:
        """Buy what is in the cart, after some ways to fail, and return the id of the order."""
        purchase = {
            "cart": cart,
            "shippingMethod": "standard",
            "payment": {"token": "success"},
            "shippingAddress": ADDRESS,
            "idempotencyKey": f"first-{self._email}",
        }
        other = {**purchase, "idempotencyKey": f"other-{self._email}"}
        self._payload("CheckoutComplete", {**other, "cart": NO_CART}, customer)
        self._payload("CheckoutComplete", {**other, "shippingMethod": "none"}, customer)
        self._payload("CheckoutComplete", {**other, "payment": {"token": "decline"}}, customer)
        bought = self._payload("CheckoutComplete", purchase, customer)
        self._payload("CheckoutComplete", purchase, customer)
        self._payload("CheckoutComplete", {**purchase, "payment": {"token": "slow"}}, customer)
        self._payload("CheckoutComplete", {**purchase, "idempotencyKey": "third"}, customer)
        return str(bought["order"]["id"])

    def _see_it_through(self, order: str, customer: Mapping[str, str]) -> None:
        for name, caller in (
            ("OrderShip", customer),
            ("OrderShip", {}),
            ("OrderDeliver", self._admin),
            ("OrderShip", self._admin),
            ("OrderCancel", customer),
            ("OrderDeliver", self._admin),
        ):
            self._payload(name, {"order": order}, caller)

    def _payload(
        self, name: str, variables: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Any:
        name = f"{self._documents}/{name}"
        return self.run(name, OPERATIONS[name], variables, headers)


@pytest.fixture(scope="module")
def whole(doors: Doors, market: Market) -> dict[str, list[tuple[str, Any]]]:
    """What comes of each step where the graph is whole, by whose documents are run."""
    return {documents: led(doors, "whole", market, documents) for documents in ("client", "rest")}


def led(doors: Doors, door: str, market: Market, documents: str) -> list[tuple[str, Any]]:
    life = CustomersLife(doors, door, market, documents)
    life.lead()
    return life.told


def test_every_mutation_is_compared(whole: dict[str, list[tuple[str, Any]]]) -> None:
    steps = {name for told in whole.values() for name, _ in told}

    assert steps == operations_of(OperationType.MUTATION)


def test_the_steps_succeed_and_fail_as_they_are_meant_to(
    whole: dict[str, list[tuple[str, Any]]],
) -> None:
    refused = [
        "EMAIL_TAKEN",
        "WRONG_CREDENTIALS",
        "INVALID_REFRESH_TOKEN",
        "OUT_OF_STOCK",
        "VERSION_CONFLICT",
        "CART_NOT_FOUND",
        "QUANTITY_OUT_OF_RANGE",
        "CART_LINE_NOT_FOUND",
        "CART_NOT_FOUND",
        "SHIPPING_METHOD_UNAVAILABLE",
        "PAYMENT_DECLINED",
        "IDEMPOTENCY_KEY_REUSED",
        "CART_ALREADY_ORDERED",
    ]
    moves = ["FORBIDDEN", "UNAUTHENTICATED", "ILLEGAL_TRANSITION", "ILLEGAL_TRANSITION"]

    assert codes(whole["client"]) == [*refused, *moves, "UNAUTHENTICATED"]


@pytest.mark.parametrize("documents", ["client", "rest"])
@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_life_goes_the_same_way_through_a_gateway(
    doors: Doors,
    market: Market,
    whole: dict[str, list[tuple[str, Any]]],
    gateway: str,
    documents: str,
) -> None:
    for step, expected in zip(
        led(doors, gateway, market, documents), whole[documents], strict=True
    ):
        assert step == expected
