"""The variants of a product: added, changed and removed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.viewer import Viewer
from models import Product, Variant
from services.catalog.errors import Path, ProductHasNoPrice, SkuTaken, VariantReserved
from services.catalog.looked_after import lock_product, lock_products_of
from services.catalog.prices import follow_prices
from services.catalog.recording import record
from services.catalog.stocks import lock_levels, write_levels
from services.catalog.uniqueness import refusing
from services.catalog.values import NewVariant, Options, VariantChanges
from services.event_types import PRODUCT_CHANGED


async def add_variant(
    session: AsyncSession, viewer: Viewer, product_id: UUID, new: NewVariant
) -> dict[str, Any]:
    """Add a variant after the others; raises ProductNotFound and SkuTaken."""
    product = await lock_product(session, viewer, product_id, ("product",))
    made = await insert_variants(
        session, product_id, product.name, product.currency, [new], ("variant",)
    )
    await follow_prices(session, [product_id])
    await record(session, viewer, PRODUCT_CHANGED, [product_id])
    return {"product_id": product_id, "variant_id": made[new.sku]}


async def update_variant(
    session: AsyncSession, viewer: Viewer, variant_id: UUID, changes: VariantChanges
) -> dict[str, Any]:
    """Change what is given; raises Refusals with a ProductVariantNotFound, and SkuTaken."""
    product_of = await lock_products_of(session, viewer, [(variant_id, ("id",))])
    values = _values(changes) | {"updated_at": func.now()}
    with refusing("uq_variants_sku", SkuTaken(("sku",), changes.sku or "")):
        await session.execute(update(Variant).where(Variant.id == variant_id).values(values))
    await record(session, viewer, PRODUCT_CHANGED, [product_of[variant_id]])
    return {"product_id": product_of[variant_id], "variant_id": variant_id}


async def delete_variant(session: AsyncSession, viewer: Viewer, variant_id: UUID) -> dict[str, Any]:
    """Remove a variant, and with it the lines of carts that hold it; orders keep theirs.

    Raises Refusals with a ProductVariantNotFound, VariantReserved, and ProductHasNoPrice for the
    last variant of a product that is on sale.
    """
    product_of = await lock_products_of(session, viewer, [(variant_id, ("id",))])
    product_id = product_of[variant_id]
    # Orders lock the stock before they refer to the variant: so does this.
    level = (await lock_levels(session, [variant_id])).get(variant_id)
    if level is not None and level.reserved:
        raise VariantReserved(level.reserved)
    await _check_not_last(session, product_id)
    await session.execute(delete(Variant).where(Variant.id == variant_id))
    await follow_prices(session, [product_id])
    await record(session, viewer, PRODUCT_CHANGED, [product_id])
    return {"product_id": product_id}


async def _check_not_last(session: AsyncSession, product_id: UUID) -> None:
    on_sale_with = await session.scalar(
        select(func.count())
        .select_from(Variant)
        .join(Product, Product.id == Variant.product_id)
        .where(Product.id == product_id, Product.status == "active")
    )
    if on_sale_with == 1:
        raise ProductHasNoPrice(("id",))


async def insert_variants(
    session: AsyncSession,
    product_id: UUID,
    product_name: str,
    currency: str,
    variants: Sequence[NewVariant],
    path: Path | None = None,
) -> dict[str, UUID]:
    """Insert variants with their stock after those of the product, and return the ids by SKU.

    The caller has locked or just inserted the product. Raises SkuTaken, at `path` or else at the
    variant's place in the argument `variants`.
    """
    if not variants:
        return {}
    last = select(func.coalesce(func.max(Variant.position), -1)).where(
        Variant.product_id == product_id
    )
    rows = [
        _row(new, product_name)
        | {"product_id": product_id, "currency": currency}
        | {"position": last.scalar_subquery() + 1 + number}
        for number, new in enumerate(variants)
    ]
    inserted = await session.execute(
        insert(Variant).values(rows).on_conflict_do_nothing().returning(Variant.id, Variant.sku)
    )
    made = {row.sku: row.id for row in inserted}
    _check_skus([new.sku for new in variants], made, path)
    await write_levels(session, {made[new.sku]: new.on_hand for new in variants})
    return made


def _check_skus(wanted: Sequence[str], made: dict[str, UUID], path: Path | None) -> None:
    """Refuse the first number that was not inserted, or was given before."""
    free = Counter(made.keys())
    for number, sku in enumerate(wanted):
        if not free[sku]:
            above = ("variants", str(number)) if path is None else path
            raise SkuTaken((*above, "sku"), sku)
        free[sku] -= 1


def _row(new: NewVariant, product_name: str) -> dict[str, Any]:
    chosen = [option.value for option in new.options]
    return {
        "sku": new.sku,
        "name": new.name or ", ".join([product_name, *chosen]),
        "mpn": new.mpn,
        "eans": list(new.eans),
        "options": _written(new.options),
        "price_minor": new.price_minor,
    }


def _values(changes: VariantChanges) -> dict[str, Any]:
    values = {name: value for name, value in asdict(changes).items() if value is not None}
    return values | ({"mpn": None} if changes.mpn == "" else {})


def _written(options: Options) -> list[dict[str, str]]:
    return [{"name": option.name, "value": option.value} for option in options]
