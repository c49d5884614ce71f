"""The port to payment providers."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from uuid import UUID

from core.money import Money

# What a provider answers for a payment that was closed before it was charged.
CLOSED = "closed"


class PaymentStatus(Enum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    REFUND_DUE = "refund_due"
    REFUNDED = "refunded"


@dataclass(frozen=True)
class Charged:
    """The money is the shop's; `reference` is the provider's own name for the charge."""

    reference: str


@dataclass(frozen=True)
class Declined:
    """No money moved, nor will for this payment; `reason` is a constant such as `card_declined`."""

    reason: str


class PaymentGateway(Protocol):
    """A payment provider that tells repeated calls by the payment's id.

    Each call for one payment gives the answer of the first, whoever repeats it and when. A call
    that raises says nothing about the payment: it may or may not have been charged.
    """

    name: str

    async def charge(self, payment_id: UUID, amount: Money, token: str) -> Charged | Declined:
        """Charge what `token` stands for."""

    async def close(self, payment_id: UUID) -> Charged | Declined:
        """Return what a payment came to; one that was not charged by now never will be.

        To ask without closing would leave a charge that is still on its way to be found by no one.
        """

    async def refund(self, payment_id: UUID) -> None:
        """Give back a charge in full."""
