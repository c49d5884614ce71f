"""The events of products; whoever keeps something of a product, as search does, follows them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import encode_id
from core.viewer import Viewer
from models import Product, StockLevel, Variant
from services import events
from services.event_types import EventType, MoneyPayload, ProductPayload, VariantPayload

# An import asks for hundreds at once, of which an array is one parameter.
_IDS = func.any(bindparam("ids", type_=ARRAY(Uuid())))
_PRODUCTS = (
    select(
        Product.id,
        Product.merchant_id,
        Product.category_id,
        Product.slug,
        Product.name,
        Product.status,
        Product.currency,
        Product.price_from_minor,
        Product.price_to_minor,
        Product.updated_at,
    )
    .where(Product.id == _IDS)
    .order_by(Product.id)
)
_VARIANTS = (
    select(
        Variant.id,
        Variant.product_id,
        Variant.sku,
        Variant.price_minor,
        func.coalesce(StockLevel.on_hand, 0).label("on_hand"),
        func.coalesce(StockLevel.reserved, 0).label("reserved"),
    )
    .outerjoin(StockLevel, StockLevel.variant_id == Variant.id)
    .where(Variant.product_id == _IDS)
    .order_by(Variant.position, Variant.id)
)


async def record(
    session: AsyncSession,
    viewer: Viewer,
    type_: EventType[ProductPayload],
    product_ids: Collection[UUID],
) -> None:
    """Record that something happened to products, whose rows the caller has locked.

    The payload is the product as it is now with all its variants. Many products take as many
    statements as one.
    """
    if not product_ids:
        return
    variants = await _variants(session, product_ids)
    rows = await session.execute(_PRODUCTS, {"ids": list(product_ids)})
    payloads = {row.id: _product(row, variants[row.id]) for row in rows}
    subjects = {key: [each.id for each in variants[key]] for key in payloads}
    await events.record_many(
        session, type_, payloads, subjects=subjects, actor_id=viewer.account_id
    )


# Rows of SQLAlchemy name their columns.
def _product(row: Any, variants: Sequence[Any]) -> ProductPayload:  # noqa: ANN401
    merchant = row.merchant_id
    return ProductPayload(
        id=encode_id("product", row.id),
        merchant_id=None if merchant is None else encode_id("account", merchant),
        category_id=encode_id("category", row.category_id),
        slug=row.slug,
        name=row.name,
        status=row.status.upper(),
        currency=row.currency,
        price_from=_money(row.price_from_minor, row.currency),
        price_to=_money(row.price_to_minor, row.currency),
        updated_at=row.updated_at,
        variants=[_variant(each, row.currency) for each in variants],
    )


def _variant(row: Any, currency: str) -> VariantPayload:  # noqa: ANN401
    return VariantPayload(
        id=encode_id("variant", row.id),
        sku=row.sku,
        price=MoneyPayload.of(row.price_minor, currency),
        on_hand=row.on_hand,
        reserved=row.reserved,
    )


def _money(minor_units: int | None, currency: str) -> MoneyPayload | None:
    return None if minor_units is None else MoneyPayload.of(minor_units, currency)


async def _variants(session: AsyncSession, product_ids: Collection[UUID]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in await session.execute(_VARIANTS, {"ids": list(product_ids)}):
        found[row.product_id].append(row)
    return found
