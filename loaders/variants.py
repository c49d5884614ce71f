from collections.abc import Sequence
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func

from core.reads import Context, Neighbour, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from loaders.batches import Listing, pages_by_key, rows_by_key, several_by_key
from loaders.products import ProductRow, visible_products
from models import Product, StockLevel, Variant

BY_POSITION = Order("position", ("position", "id"))


class VariantRow(
    Row,
    columns={
        **Variant.__table__.c,
        "available": func.coalesce(StockLevel.on_hand - StockLevel.reserved, 0),
    },
    neighbours={
        # Who sees a variant is known by its product, which so is in every source already.
        "product": Neighbour(
            ProductRow, frozenset(ProductRow.columns) - {"in_stock"}, lambda source: source
        )
    },
):
    id: UUID
    product_id: UUID
    sku: str
    name: str
    mpn: str | None
    eans: list[str]
    options: list[dict[str, str]]
    position: int
    currency: str
    price_minor: int
    available: int


@cache
def _visible_variants(role: str | None) -> Select[Any]:
    return (
        visible_products(role)
        .join(Variant, Variant.product_id == Product.id)
        .outerjoin(StockLevel, StockLevel.variant_id == Variant.id)
    )


@cache
def _by_position(role: str | None) -> Listing[VariantRow]:
    return Listing(VariantRow, _visible_variants(role), BY_POSITION)


@batch_read
async def variants_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[VariantRow | None]:
    return await rows_by_key(
        context,
        VariantRow,
        keys,
        columns=columns,
        key=Variant.id,
        source=_visible_variants(context.viewer.role),
    )


@batch_read
async def variants_by_sku(
    context: Context, keys: Sequence[str], *, columns: frozenset[str]
) -> list[VariantRow | None]:
    return await rows_by_key(
        context,
        VariantRow,
        keys,
        columns=columns,
        key=Variant.sku,
        source=_visible_variants(context.viewer.role),
    )


@batch_read
async def variants_by_product(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[VariantRow]]:
    return await pages_by_key(
        context,
        keys,
        _by_position(context.viewer.role),
        Variant.product_id,
        columns=columns,
        page=page,
    )


async def variants_by_ids(
    context: Context, keys: Sequence[tuple[UUID, ...]], *, columns: frozenset[str]
) -> list[list[VariantRow]]:
    """Return the variants of each tuple of ids, in its order, without those that are not there."""
    return await several_by_key(keys, partial(variants_by_id, context, columns=columns))
