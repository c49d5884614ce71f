"""The products that a viewer looks after, locked before anything of them changes."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, false, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DomainError, Refusals
from core.viewer import Viewer
from models import Product, Variant
from services.catalog.errors import Path, ProductNotFound, ProductVariantNotFound

# An import locks the tables for itself. To wait for it here, and not at the first change with rows
# locked that the import waits for, keeps the two from waiting in a circle.
_AWAIT_IMPORT = text("LOCK TABLE products IN ROW EXCLUSIVE MODE")


class LockedProduct(NamedTuple):
    """What the commands need to know of a product whose row they have locked."""

    id: UUID
    name: str
    slug: str
    currency: str


def _is_own(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.role == "admin":
        return true()
    return Product.merchant_id == viewer.account_id if viewer.role == "merchant" else false()


async def lock_products(
    session: AsyncSession, viewer: Viewer, ids: Collection[UUID]
) -> dict[UUID, LockedProduct]:
    """Lock those of the products that the viewer looks after, in key order.

    The lock is not one that the foreign keys of carts and orders wait for.
    """
    await session.execute(_AWAIT_IMPORT)
    rows = await session.execute(
        select(Product.id, Product.name, Product.slug, Product.currency)
        .where(Product.id.in_(ids), _is_own(viewer))
        .order_by(Product.id)
        .with_for_update(key_share=True)
    )
    return {row.id: LockedProduct(*row) for row in rows}


async def lock_product(
    session: AsyncSession, viewer: Viewer, product_id: UUID, path: Path = ("id",)
) -> LockedProduct:
    """Lock a product; raises ProductNotFound where the viewer looks after none of this id."""
    locked = await lock_products(session, viewer, [product_id])
    if product_id not in locked:
        raise ProductNotFound(path)
    return locked[product_id]


async def lock_products_of(
    session: AsyncSession, viewer: Viewer, variants: Sequence[tuple[UUID, Path]]
) -> dict[UUID, UUID]:
    """Lock the products of variants, and return the product's id of each variant.

    Variants come with the paths to their arguments. Raises Refusals with a ProductVariantNotFound
    for each of which the viewer looks after no product.
    """
    ids = [variant_id for variant_id, _ in variants]
    of_variants = select(Variant.id, Variant.product_id).where(Variant.id.in_(ids))
    rows = await session.execute(of_variants)
    locked = await lock_products(session, viewer, {row.product_id for row in rows})
    # Read again: before the lock a variant could still be deleted, or moved by an import.
    rows = await session.execute(of_variants.where(Variant.product_id.in_(locked)))
    found = {row.id: row.product_id for row in rows}
    missing: list[DomainError] = [
        ProductVariantNotFound(path) for variant_id, path in variants if variant_id not in found
    ]
    if missing:
        raise Refusals(missing)
    return found
