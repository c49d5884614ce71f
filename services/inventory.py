"""The stock of variants: reserved for an order, then taken or released.

Every function locks the rows of all its variants first, in the order of their ids, so that two
orders with the same variants wait for each other and never in a circle.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, column, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Refusals
from models import StockLevel
from services.carts.errors import OutOfStock

Quantities = Mapping[UUID, int]


async def reserve(session: AsyncSession, wanted: Quantities) -> None:
    """Set stock aside for an order; raises Refusals with an OutOfStock for each short variant."""
    available = await _locked(session, wanted)
    short = [
        OutOfStock(("cart",), variant_id, available.get(variant_id, 0))
        for variant_id, quantity in wanted.items()
        if available.get(variant_id, 0) < quantity
    ]
    if short:
        raise Refusals(short)
    await _change(session, wanted, reserved=1)


async def take(session: AsyncSession, reserved: Quantities) -> None:
    """Let what was reserved leave the shop."""
    await _locked(session, reserved)
    await _change(session, reserved, on_hand=-1, reserved=-1)


async def release(session: AsyncSession, reserved: Quantities) -> None:
    """Give up a reservation."""
    await _locked(session, reserved)
    await _change(session, reserved, reserved=-1)


async def put_back(session: AsyncSession, taken: Quantities) -> None:
    """Bring back what had left the shop."""
    await _locked(session, taken)
    await _change(session, taken, on_hand=1)


async def _locked(session: AsyncSession, quantities: Quantities) -> Quantities:
    """Lock the rows of the variants and return what is available of each."""
    levels = await session.execute(
        select(StockLevel.variant_id, (StockLevel.on_hand - StockLevel.reserved).label("available"))
        .where(StockLevel.variant_id == func.any(bindparam("ids", type_=ARRAY(Uuid()))))
        .order_by(StockLevel.variant_id)
        .with_for_update(),
        {"ids": list(quantities)},
    )
    return {level.variant_id: level.available for level in levels}


async def _change(
    session: AsyncSession, quantities: Quantities, *, on_hand: int = 0, reserved: int = 0
) -> None:
    """Add so many times each quantity to what is on hand and to what is reserved."""
    change = (
        func.unnest(
            bindparam("ids", list(quantities), ARRAY(Uuid())),
            bindparam("quantities", list(quantities.values()), ARRAY(Integer())),
        )
        .table_valued(column("variant_id", Uuid()), column("quantity", Integer()), name="change")
        .render_derived()
    )
    await session.execute(
        update(StockLevel)
        .where(StockLevel.variant_id == change.c.variant_id)
        .values(
            on_hand=StockLevel.on_hand + on_hand * change.c.quantity,
            reserved=StockLevel.reserved + reserved * change.c.quantity,
        )
        .execution_options(synchronize_session=False)
    )
