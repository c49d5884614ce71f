"""The commands of products: a draft is made, changed, put on sale and retired."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.viewer import Viewer
from models import Category, Media, Product, ProductStatus, Variant
from services.catalog.attributes import define_attributes
from services.catalog.errors import CategoryNotFound, ProductHasNoPrice, SlugTaken
from services.catalog.looked_after import lock_product
from services.catalog.prices import follow_prices
from services.catalog.recording import record
from services.catalog.uniqueness import refusing
from services.catalog.values import NewProduct, Picture, ProductChanges
from services.catalog.variants import insert_variants
from services.event_types import (
    PRODUCT_CHANGED,
    PRODUCT_CREATED,
    PRODUCT_PUBLISHED,
    PRODUCT_RETIRED,
    EventType,
    ProductPayload,
)
from services.slugs import slugify

_SLUG = "uq_products_slug"


async def create_product(session: AsyncSession, viewer: Viewer, new: NewProduct) -> dict[str, Any]:
    """Make a draft with its variants; it is the merchant's own, or the shop's for an admin.

    Raises CategoryNotFound, SlugTaken, SkuTaken and AttributeValueInvalid.
    """
    await _check_category(session, new.category_id)
    product_id = await _insert(session, viewer, new)
    if new.attributes:
        attributes = await define_attributes(session, new.attributes)
        await session.execute(
            update(Product).where(Product.id == product_id).values(attributes=attributes)
        )
    await _insert_pictures(session, product_id, new.name, new.pictures)
    await insert_variants(session, product_id, new.name, new.currency, new.variants)
    await follow_prices(session, [product_id])
    await record(session, viewer, PRODUCT_CREATED, [product_id])
    return {"product_id": product_id}


async def update_product(
    session: AsyncSession, viewer: Viewer, product_id: UUID, changes: ProductChanges
) -> dict[str, Any]:
    """Change what is given; raises ProductNotFound and what `create_product` raises of it."""
    product = await lock_product(session, viewer, product_id)
    if changes.category_id is not None:
        await _check_category(session, changes.category_id)
    values = _values(changes) | {"updated_at": func.now()}
    if changes.attributes is not None:
        values["attributes"] = await define_attributes(session, changes.attributes)
    with refusing(_SLUG, SlugTaken(changes.slug or product.slug)):
        await session.execute(update(Product).where(Product.id == product_id).values(values))
    if changes.pictures is not None:
        await session.execute(delete(Media).where(Media.product_id == product_id))
        name = changes.name or product.name
        await _insert_pictures(session, product_id, name, changes.pictures)
    await record(session, viewer, PRODUCT_CHANGED, [product_id])
    return {"product_id": product_id}


async def publish_product(
    session: AsyncSession, viewer: Viewer, product_id: UUID
) -> dict[str, Any]:
    """Put a draft or a retired product on sale; raises ProductNotFound and ProductHasNoPrice."""
    await lock_product(session, viewer, product_id)
    if not await session.scalar(
        select(Variant.id).where(Variant.product_id == product_id).limit(1)
    ):
        raise ProductHasNoPrice(("id",))
    await _move(session, viewer, product_id, ProductStatus.ACTIVE, PRODUCT_PUBLISHED)
    return {"product_id": product_id}


async def retire_product(session: AsyncSession, viewer: Viewer, product_id: UUID) -> dict[str, Any]:
    """Take a product off sale; raises ProductNotFound. Orders of it go on."""
    await lock_product(session, viewer, product_id)
    await _move(session, viewer, product_id, ProductStatus.RETIRED, PRODUCT_RETIRED)
    return {"product_id": product_id}


async def _move(
    session: AsyncSession,
    viewer: Viewer,
    product_id: UUID,
    status: ProductStatus,
    what: EventType[ProductPayload],
) -> None:
    """Give a product a status; where it has it already, nothing happened."""
    moved = await session.scalar(
        update(Product)
        .where(Product.id == product_id, Product.status != status)
        .values(status=status)
        .returning(Product.id)
    )
    if moved is not None:
        await record(session, viewer, what, [product_id])


async def _check_category(session: AsyncSession, category_id: UUID) -> None:
    if await session.scalar(select(Category.id).where(Category.id == category_id)) is None:
        raise CategoryNotFound


async def _insert(session: AsyncSession, viewer: Viewer, new: NewProduct) -> UUID:
    slug = new.slug or slugify(new.name, otherwise="product")
    row = {
        "merchant_id": viewer.account_id if viewer.role == "merchant" else None,
        "category_id": new.category_id,
        "slug": slug,
        "name": new.name,
        "description": new.description,
        "brand": new.brand,
        "released_on": new.released_on,
        "currency": new.currency,
    }
    with refusing(_SLUG, SlugTaken(slug)):
        inserted = await session.execute(insert(Product).values(row).returning(Product.id))
    return inserted.scalar_one()


def _values(changes: ProductChanges) -> dict[str, Any]:
    names = ("name", "category_id", "slug", "description", "brand", "released_on")
    given = {name: getattr(changes, name) for name in names}
    values = {name: value for name, value in given.items() if value is not None}
    return values | ({"brand": None} if changes.brand == "" else {})


async def _insert_pictures(
    session: AsyncSession, product_id: UUID, name: str, pictures: Sequence[Picture]
) -> None:
    rows = [
        {
            "product_id": product_id,
            "position": position,
            "url": picture.url,
            "alt_text": picture.alt_text or name,
        }
        for position, picture in enumerate(pictures)
    ]
    if rows:
        await session.execute(insert(Media).values(rows))
