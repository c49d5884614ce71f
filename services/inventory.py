"""The stock of variants: reserved for an order, then taken or released.

Every function locks the rows of all its variants first, in the order of their ids, so that two
orders with the same variants wait for each other and never in a circle.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Integer, Uuid, any_, bindparam, column, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Refusals
from core.statements import Statement
from models import StockLevel
from services.carts.errors import OutOfStock

Quantities = Mapping[UUID, int]


async def reserve(session: AsyncSession, wanted: Quantities) -> None:
    """Set stock aside for an order; raises Refusals with an OutOfStock for each short variant."""
    available = await _change(session, _RESERVE, wanted)
    short = [
        OutOfStock(("cart",), variant_id, available.get(variant_id, 0))
        for variant_id, quantity in wanted.items()
        if available.get(variant_id, 0) < quantity
    ]
    if short:
        raise Refusals(short)


async def take(session: AsyncSession, reserved: Quantities) -> None:
    """Let what was reserved leave the shop."""
    await _change(session, _TAKE, reserved)


async def release(session: AsyncSession, reserved: Quantities) -> None:
    """Give up a reservation."""
    await _change(session, _RELEASE, reserved)


async def put_back(session: AsyncSession, taken: Quantities) -> None:
    """Bring back what had left the shop."""
    await _change(session, _PUT_BACK, taken)


async def _change(
    session: AsyncSession, statement: Statement, quantities: Quantities
) -> Quantities:
    """Run one of the statements below, and return what was available of each variant before."""
    given = {"ids": list(quantities), "quantities": list(quantities.values())}
    return {row[0]: row[1] for row in await statement.run(session, given)}


def _changing(*, on_hand: int = 0, reserved: int = 0) -> Statement:
    """Lock the rows, then add so many times each quantity to what is on hand and reserved.

    A row that has too little available stays as it is; whoever reads what was available knows.
    """
    locked = (
        select(StockLevel.variant_id, (StockLevel.on_hand - StockLevel.reserved).label("available"))
        .where(StockLevel.variant_id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
        .order_by(StockLevel.variant_id)
        .with_for_update()
        .cte("locked")
    )
    change = (
        func.unnest(
            bindparam("ids", type_=ARRAY(Uuid())), bindparam("quantities", type_=ARRAY(Integer()))
        )
        .table_valued(column("variant_id", Uuid()), column("quantity", Integer()), name="change")
        .render_derived()
    )
    # It takes the rows that the lock returned: looking at them again, as by EXISTS, would pass
    # over those that it has changed itself where it had to wait for another order.
    changed = (
        update(StockLevel)
        .where(
            StockLevel.variant_id == locked.c.variant_id,
            change.c.variant_id == locked.c.variant_id,
            locked.c.available >= (reserved - on_hand) * change.c.quantity,
        )
        .values(
            on_hand=StockLevel.on_hand + on_hand * change.c.quantity,
            reserved=StockLevel.reserved + reserved * change.c.quantity,
        )
        .cte("changed")
    )
    return Statement(select(locked.c.variant_id, locked.c.available).add_cte(changed))


_RESERVE = _changing(reserved=1)
_TAKE = _changing(on_hand=-1, reserved=-1)
_RELEASE = _changing(reserved=-1)
_PUT_BACK = _changing(on_hand=1)
