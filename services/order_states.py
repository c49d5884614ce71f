"""The life of an order: which state follows which, and who may take the step."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from core.errors import DomainError


class OrderStatus(Enum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Party(Enum):
    """Who somebody is to an order; the shop itself acts on the answer of a payment provider."""

    SHOP = "shop"
    ADMIN = "admin"
    MERCHANT = "merchant"
    CUSTOMER = "customer"


@dataclass(frozen=True)
class Transition:
    before: OrderStatus
    after: OrderStatus
    by: Collection[Party]


_STAFF = (Party.ADMIN, Party.MERCHANT)

TRANSITIONS = (
    Transition(OrderStatus.PENDING, OrderStatus.CONFIRMED, (Party.SHOP,)),
    Transition(OrderStatus.PENDING, OrderStatus.CANCELLED, (Party.SHOP, *_STAFF, Party.CUSTOMER)),
    Transition(OrderStatus.CONFIRMED, OrderStatus.SHIPPED, _STAFF),
    Transition(OrderStatus.CONFIRMED, OrderStatus.CANCELLED, (*_STAFF, Party.CUSTOMER)),
    Transition(OrderStatus.SHIPPED, OrderStatus.DELIVERED, _STAFF),
)


class IllegalTransition(DomainError):
    """The order cannot go there from its state; `available` are the states that it can go to."""

    code = "ILLEGAL_TRANSITION"

    def __init__(self, before: OrderStatus, after: OrderStatus, party: Party) -> None:
        super().__init__(
            f"An order that is {before.value} cannot become {after.value}.",
            before=before,
            after=after,
            available=available_transitions(before, party),
        )


def available_transitions(status: OrderStatus, party: Party | None) -> list[OrderStatus]:
    """Return the states that a party may bring an order of this status to."""
    return [each.after for each in TRANSITIONS if each.before is status and party in each.by]


def check_transition(before: OrderStatus, after: OrderStatus, party: Party) -> None:
    """Raise IllegalTransition where a party may not bring an order from one state to another."""
    if after not in available_transitions(before, party):
        raise IllegalTransition(before, after, party)
