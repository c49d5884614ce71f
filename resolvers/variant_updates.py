"""The stock and the price of a variant, followed live."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial
from uuid import UUID

from loaders.event_audience import concerning
from loaders.event_positions import write_position
from loaders.variant_events import variant_events_between
from loaders.variants import variants_by_id
from resolvers.context import ShopContext
from resolvers.following import BATCH_SIZE, following
from services.carts.errors import VariantNotFound
from services.event_types import (
    ORDER_CANCELLED,
    ORDER_PLACED,
    PRODUCT_CHANGED,
    PRODUCT_IMPORTED,
    PRODUCT_PRICE_CHANGED,
    PRODUCT_PUBLISHED,
    PRODUCT_RETIRED,
    PRODUCT_STOCK_CHANGED,
)


class VariantChange(Enum):
    """What may be other than before."""

    STOCK = "stock"
    PRICE = "price"
    PRODUCT = "product"


# An order reserves its stock when it is placed; that the parcel leaves changes nothing for others.
_CHANGES = {
    ORDER_PLACED.name: VariantChange.STOCK,
    ORDER_CANCELLED.name: VariantChange.STOCK,
    PRODUCT_STOCK_CHANGED.name: VariantChange.STOCK,
    PRODUCT_PRICE_CHANGED.name: VariantChange.PRICE,
    PRODUCT_CHANGED.name: VariantChange.PRODUCT,
    PRODUCT_IMPORTED.name: VariantChange.PRODUCT,
    PRODUCT_PUBLISHED.name: VariantChange.PRODUCT,
    PRODUCT_RETIRED.name: VariantChange.PRODUCT,
}


@dataclass(frozen=True)
class VariantUpdate:
    """A variant as it is now, and what changed; None for the state that comes first."""

    variant_id: UUID
    position: int
    change: VariantChange | None = None
    occurred_at: datetime | None = None

    @property
    def cursor(self) -> str:
        return write_position(self.position)


async def variant_updated(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
    after: int | None,
) -> AsyncIterator[VariantUpdate]:
    """Follow one variant; raises VariantNotFound where, or once, the viewer may not see it."""
    await _check_visible(context, id)
    missed = partial(
        variant_events_between, context, variant=id, types=frozenset(_CHANGES), limit=BATCH_SIZE
    )
    async with following(context, after, concerning(id), missed, expires=True) as log:
        if after is None:
            yield VariantUpdate(id, log.position)
        while True:
            event = await log.next()
            change = _CHANGES.get(event.type)
            if change is VariantChange.PRODUCT:
                await _check_visible(context, id)
            if change is not None:
                yield VariantUpdate(id, event.position, change, event.occurred_at)


async def _check_visible(context: ShopContext, variant_id: UUID) -> None:
    if await variants_by_id(context, [variant_id], columns=frozenset({"id"})) == [None]:
        raise VariantNotFound(("id",))
