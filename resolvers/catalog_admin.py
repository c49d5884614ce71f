from datetime import date
from uuid import UUID

from resolvers.commands import Outcome, run
from resolvers.context import ShopContext
from services import catalog
from services.catalog.values import (
    Attribute,
    NewProduct,
    NewVariant,
    Option,
    Picture,
    PriceSetting,
    ProductChanges,
    StockSetting,
    VariantChanges,
)
from services.idempotency import once


async def create_product(  # noqa: PLR0913 - these are the arguments of the field.
    context: ShopContext,
    *,
    name: str,
    category: UUID,
    currency: str,
    slug: str | None,
    description: str,
    brand: str | None,
    released_on: date | None,
    attributes: tuple[Attribute, ...] | None,
    media: tuple[Picture, ...] | None,
    variants: tuple[NewVariant, ...] | None,
    idempotency_key: str | None,
) -> Outcome:
    new = NewProduct(
        name=name,
        category_id=category,
        currency=currency,
        slug=slug,
        description=description,
        brand=brand,
        released_on=released_on,
        attributes=attributes or (),
        pictures=media or (),
        variants=variants or (),
    )
    return await run(
        context,
        lambda session: catalog.create_product(session, context.viewer, new),
        once(context.viewer, "productCreate", idempotency_key, new=new),
    )


async def update_product(  # noqa: PLR0913 - these are the arguments of the field.
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
    name: str | None,
    category: UUID | None,
    slug: str | None,
    description: str | None,
    brand: str | None,
    released_on: date | None,
    attributes: tuple[Attribute, ...] | None,
    media: tuple[Picture, ...] | None,
) -> Outcome:
    changes = ProductChanges(
        name=name,
        category_id=category,
        slug=slug,
        description=description,
        brand=brand,
        released_on=released_on,
        attributes=attributes,
        pictures=media,
    )
    return await run(
        context, lambda session: catalog.update_product(session, context.viewer, id, changes)
    )


async def publish_product(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
) -> Outcome:
    return await run(context, lambda session: catalog.publish_product(session, context.viewer, id))


async def retire_product(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
) -> Outcome:
    return await run(context, lambda session: catalog.retire_product(session, context.viewer, id))


async def create_variant(
    context: ShopContext, *, product: UUID, variant: NewVariant, idempotency_key: str | None
) -> Outcome:
    return await run(
        context,
        lambda session: catalog.add_variant(session, context.viewer, product, variant),
        once(context.viewer, "variantCreate", idempotency_key, product=product, variant=variant),
    )


async def update_variant(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
    sku: str | None,
    name: str | None,
    mpn: str | None,
    eans: tuple[str, ...] | None,
    options: tuple[Option, ...] | None,
) -> Outcome:
    changes = VariantChanges(sku=sku, name=name, mpn=mpn, eans=eans, options=options)
    return await run(
        context, lambda session: catalog.update_variant(session, context.viewer, id, changes)
    )


async def delete_variant(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
) -> Outcome:
    return await run(context, lambda session: catalog.delete_variant(session, context.viewer, id))


async def set_prices(context: ShopContext, *, prices: tuple[PriceSetting, ...]) -> Outcome:
    return await run(context, lambda session: catalog.set_prices(session, context.viewer, prices))


async def set_stocks(
    context: ShopContext, *, stocks: tuple[StockSetting, ...], idempotency_key: str | None
) -> Outcome:
    return await run(
        context,
        lambda session: catalog.set_stocks(session, context.viewer, stocks),
        once(context.viewer, "variantStocksSet", idempotency_key, stocks=stocks),
    )
