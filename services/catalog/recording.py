"""The events of products; whoever keeps something of a product, as search does, follows them."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import encode_id
from core.viewer import Viewer
from models import Product, StockLevel, Variant
from services import events


async def record(
    session: AsyncSession, viewer: Viewer, what: str, product_ids: Collection[UUID]
) -> None:
    """Record that `product.<what>` happened to products, whose rows the caller has locked.

    The payload is the product as it is now with all its variants. Many products take as many
    statements as one.
    """
    if not product_ids:
        return
    variants = await _variants(session, product_ids)
    rows = await session.execute(
        select(Product.__table__).where(Product.id.in_(product_ids)).order_by(Product.id)
    )
    payloads = {row.id: {**_product(row), "variants": variants[row.id]} for row in rows}
    await events.record_many(session, f"product.{what}", payloads, actor_id=viewer.account_id)


def _product(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of SQLAlchemy names its columns.
    merchant = row.merchant_id
    return {
        "id": encode_id("product", row.id),
        "merchant_id": None if merchant is None else encode_id("account", merchant),
        "category_id": encode_id("category", row.category_id),
        "slug": row.slug,
        "name": row.name,
        "status": row.status,
        "currency": row.currency,
        "price_from_minor": row.price_from_minor,
        "price_to_minor": row.price_to_minor,
        "updated_at": row.updated_at.isoformat(),
    }


async def _variants(
    session: AsyncSession, product_ids: Collection[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    rows = await session.execute(
        select(
            Variant.id,
            Variant.product_id,
            Variant.sku,
            Variant.price_minor,
            func.coalesce(StockLevel.on_hand, 0).label("on_hand"),
            func.coalesce(StockLevel.reserved, 0).label("reserved"),
        )
        .outerjoin(StockLevel, StockLevel.variant_id == Variant.id)
        .where(Variant.product_id.in_(product_ids))
        .order_by(Variant.position, Variant.id)
    )
    for row in rows:
        written = {"id": encode_id("variant", row.id), "sku": row.sku}
        written |= {name: getattr(row, name) for name in ("price_minor", "on_hand", "reserved")}
        found[row.product_id].append(written)
    return found
