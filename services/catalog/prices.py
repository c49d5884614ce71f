"""What variants cost, and the span of prices that their products keep of them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, bindparam, column, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import BadInput
from core.viewer import Viewer
from models import Product, Variant
from services.catalog.looked_after import lock_products_of
from services.catalog.recording import record
from services.catalog.values import PriceSetting
from services.event_types import PRODUCT_PRICE_CHANGED


async def set_prices(
    session: AsyncSession, viewer: Viewer, prices: Sequence[PriceSetting]
) -> dict[str, Any]:
    """Set the prices of many variants in as many statements as of one.

    Raises Refusals with a ProductVariantNotFound for each variant that is not the viewer's.
    """
    wanted = {each.variant_id: each.price_minor for each in prices}
    if len(wanted) < len(prices):
        raise BadInput("prices", "Name each variant once.")
    paths = [(each.variant_id, ("prices", str(n), "variant")) for n, each in enumerate(prices)]
    await lock_products_of(session, viewer, paths)
    changed = await _write(session, wanted)
    await follow_prices(session, changed)
    await record(session, viewer, PRODUCT_PRICE_CHANGED, changed)
    return {"variant_ids": list(wanted)}


async def _write(session: AsyncSession, wanted: dict[UUID, int]) -> set[UUID]:
    """Write the prices that differ, and return the ids of the products that have one."""
    price = (
        func.unnest(
            bindparam("ids", list(wanted), ARRAY(Uuid())),
            bindparam("prices", list(wanted.values()), ARRAY(BigInteger())),
        )
        .table_valued(column("variant_id", Uuid()), column("minor", BigInteger()), name="price")
        .render_derived()
    )
    written = await session.scalars(
        update(Variant)
        .where(Variant.id == price.c.variant_id, Variant.price_minor != price.c.minor)
        .values(price_minor=price.c.minor)
        .returning(Variant.product_id)
        .execution_options(synchronize_session=False)
    )
    return set(written)


async def follow_prices(session: AsyncSession, product_ids: Collection[UUID]) -> None:
    """Let the price ranges of products be those of their variants; without any, null."""
    prices = (
        select(
            Product.id,
            func.min(Variant.price_minor).label("lowest"),
            func.max(Variant.price_minor).label("highest"),
        )
        .outerjoin(Variant, Variant.product_id == Product.id)
        .where(Product.id.in_(product_ids))
        .group_by(Product.id)
        .subquery("prices")
    )
    kept = tuple_(Product.price_from_minor, Product.price_to_minor)
    await session.execute(
        update(Product)
        .where(
            Product.id == prices.c.id,
            kept.is_distinct_from(tuple_(prices.c.lowest, prices.c.highest)),
        )
        .values(price_from_minor=prices.c.lowest, price_to_minor=prices.c.highest)
        .execution_options(synchronize_session=False)
    )
