"""How many of each variant are in the shop."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import BadInput, DomainError, Refusals
from core.viewer import Viewer
from models import StockLevel
from services.catalog.errors import StockBelowReserved
from services.catalog.looked_after import lock_products_of
from services.catalog.recording import record
from services.catalog.values import MOST_STOCK, StockSetting
from services.event_types import PRODUCT_STOCK_CHANGED


class Level(NamedTuple):
    variant_id: UUID
    on_hand: int
    reserved: int


async def set_stocks(
    session: AsyncSession, viewer: Viewer, stocks: Sequence[StockSetting]
) -> dict[str, Any]:
    """Set or change the stocks of many variants in as many statements as of one.

    Raises BadInput, or Refusals with a ProductVariantNotFound for each variant that is not the
    viewer's or a StockBelowReserved for each of which orders have set more aside.
    """
    if len({each.variant_id for each in stocks}) < len(stocks):
        raise BadInput("stocks", "Name each variant once.")
    paths = [(each.variant_id, ("stocks", str(n), "variant")) for n, each in enumerate(stocks)]
    product_of = await lock_products_of(session, viewer, paths)
    levels = await lock_levels(session, list(product_of))
    changed = _changed(stocks, levels)
    await write_levels(session, changed)
    await record(session, viewer, PRODUCT_STOCK_CHANGED, {product_of[each] for each in changed})
    return {"variant_ids": [each.variant_id for each in stocks]}


async def lock_levels(session: AsyncSession, variant_ids: Sequence[UUID]) -> dict[UUID, Level]:
    """Lock the stock of variants in the order of their ids, which is that of orders."""
    rows = await session.execute(
        select(StockLevel.variant_id, StockLevel.on_hand, StockLevel.reserved)
        .where(StockLevel.variant_id.in_(variant_ids))
        .order_by(StockLevel.variant_id)
        .with_for_update()
    )
    return {row.variant_id: Level(*row) for row in rows}


def _changed(stocks: Sequence[StockSetting], levels: dict[UUID, Level]) -> dict[UUID, int]:
    """Work out what is on hand of each variant whose stock is about to differ."""
    changed: dict[UUID, int] = {}
    refusals: list[DomainError] = []
    for number, stock in enumerate(stocks):
        level = levels.get(stock.variant_id)
        before, reserved = (level.on_hand, level.reserved) if level else (0, 0)
        after = _after(stock, before)
        if after < reserved:
            path = ("stocks", str(number))
            refusals.append(StockBelowReserved(path, stock.variant_id, reserved))
        if level is None or after != before:
            changed[stock.variant_id] = after
    if refusals:
        raise Refusals(refusals)
    return changed


def _after(stock: StockSetting, before: int) -> int:
    if stock.on_hand is not None:
        return stock.on_hand
    after = before + (stock.change or 0)
    if after > MOST_STOCK:
        raise BadInput("stocks", f"No stock is above {MOST_STOCK}.")
    return after


async def write_levels(session: AsyncSession, on_hand: dict[UUID, int]) -> None:
    """Write what is on hand of variants, whose stock the caller has locked or just made."""
    if not on_hand:
        return
    given = (
        func.unnest(
            bindparam("ids", list(on_hand), ARRAY(Uuid())),
            bindparam("numbers", list(on_hand.values()), ARRAY(Integer())),
        )
        .table_valued(column("variant_id", Uuid()), column("on_hand", Integer()), name="given")
        .render_derived()
    )
    made = insert(StockLevel).from_select(["variant_id", "on_hand"], select(*given.c))
    await session.execute(
        made.on_conflict_do_update(
            index_elements=[StockLevel.variant_id], set_={"on_hand": made.excluded.on_hand}
        )
    )
