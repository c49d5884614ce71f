import asyncio
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert

from core.database import Database
from core.money import Money
from core.statements import Statement
from models import SandboxCharge
from services.payments import CLOSED, Charged, Declined

_NOTHING = Money(0, "XXX")  # ISO 4217 for no currency.
_CHARGE = insert(SandboxCharge).values(
    {each.name: bindparam(each.name) for each in SandboxCharge.__table__.columns}
)
# Doing nothing would not return the answer that is there.
_SETTLE = Statement(
    _CHARGE.on_conflict_do_update(
        index_elements=[SandboxCharge.payment_id],
        set_={"payment_id": _CHARGE.excluded.payment_id},
    ).returning(SandboxCharge.decline_reason)
)
_REFUND = Statement(
    update(SandboxCharge)
    .where(SandboxCharge.payment_id == bindparam("charged"), SandboxCharge.status == "charged")
    .values(status="refunded")
)


class SandboxGateway:
    """The built-in payment provider, which moves no money.

    The token `success` is charged, `slow` too after `delay` seconds, and `decline` is declined. It
    keeps its books in a table of its own, and writes them apart from whatever else is written, as a
    provider elsewhere would.
    """

    name = "sandbox"

    def __init__(self, database: Database, delay: float) -> None:
        self._database = database
        self._delay = delay

    async def charge(self, payment_id: UUID, amount: Money, token: str) -> Charged | Declined:
        if token == "slow":  # noqa: S105 - it is a word and no secret.
            await asyncio.sleep(self._delay)
        return await self._settled(payment_id, amount, _refusal_of(token))

    async def close(self, payment_id: UUID) -> Charged | Declined:
        return await self._settled(payment_id, _NOTHING, CLOSED)

    async def refund(self, payment_id: UUID) -> None:
        await self._database.fetch(_REFUND, {"charged": payment_id})

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
        ((found,),) = await self._database.fetch(_SETTLE, row)
        return Charged(f"sandbox-{payment_id}") if found is None else Declined(found)


def _refusal_of(token: str) -> str | None:
    refusals = {"success": None, "slow": None, "decline": "card_declined"}
    return refusals.get(token, "unknown_token")
