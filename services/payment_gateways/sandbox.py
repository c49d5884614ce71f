import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.money import Money
from models import SandboxCharge
from services.payments import CLOSED, Charged, Declined

_NOTHING = Money(0, "XXX")  # ISO 4217 for no currency.
_CHARGE = insert(SandboxCharge).values(
    {each.name: bindparam(each.name) for each in SandboxCharge.__table__.columns}
)
# Doing nothing would not return the answer that is there.
_SETTLE = _CHARGE.on_conflict_do_update(
    index_elements=[SandboxCharge.payment_id],
    set_={"payment_id": _CHARGE.excluded.payment_id},
).returning(SandboxCharge.decline_reason)


class SandboxGateway:
    """The built-in payment provider, which moves no money.

    The token `success` is charged, `slow` too after `delay` seconds, and `decline` is declined. It
    keeps its books in a table of its own and writes them in its own transactions, as a provider
    elsewhere would.
    """

    name = "sandbox"

    def __init__(
        self, transaction: Callable[[], AbstractAsyncContextManager[AsyncSession]], delay: float
    ) -> None:
        self._transaction = transaction
        self._delay = delay

    async def charge(self, payment_id: UUID, amount: Money, token: str) -> Charged | Declined:
        if token == "slow":  # noqa: S105 - it is a word and no secret.
            await asyncio.sleep(self._delay)
        return await self._settled(payment_id, amount, _refusal_of(token))

    async def close(self, payment_id: UUID) -> Charged | Declined:
        return await self._settled(payment_id, _NOTHING, CLOSED)

    async def refund(self, payment_id: UUID) -> None:
        async with self._transaction() as session:
            await session.execute(
                update(SandboxCharge)
                .where(SandboxCharge.payment_id == payment_id, SandboxCharge.status == "charged")
                .values(status="refunded")
            )

    async def _settled(
        self, payment_id: UUID, amount: Money, decline_reason: str | None
    ) -> Charged | Declined:
        """Write the first answer for a payment, or find the one that was."""
        row = {
            "payment_id": payment_id,
            "status": "charged" if decline_reason is None else "declined",
            "amount_minor": amount.minor_units,
            "currency": amount.currency,
            "decline_reason": decline_reason,
        }
        async with self._transaction() as session:
            found = await session.scalar(_SETTLE, row)
        return Charged(f"sandbox-{payment_id}") if found is None else Declined(found)


def _refusal_of(token: str) -> str | None:
    refusals = {"success": None, "slow": None, "decline": "card_declined"}
    return refusals.get(token, "unknown_token")
