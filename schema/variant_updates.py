"""Variants followed live."""

from datetime import datetime

import strawberry

from execution.arguments import Argument
from execution.fields import reads, subscription
from loaders.event_positions import parse_position
from loaders.variants import variants_by_id
from resolvers.variant_updates import VariantChange, variant_updated
from schema.catalog import Variant
from schema.nodes import parse_id
from schema.shared import publish_enum

publish_enum(
    VariantChange,
    "What may be other than before.",
    {
        "STOCK": "How many can be bought: somebody bought some, or they were counted anew.",
        "PRICE": "What one costs.",
        "PRODUCT": "Something else about the product or its variants; after an import, anything.",
    },
)


@strawberry.type(
    name="VariantUpdate", description="A variant as it is now, and what of it has changed."
)
class VariantUpdateType:
    cursor: str = strawberry.field(
        description="Pass it as `after` to go on after this update when the connection was lost."
    )
    change: VariantChange | None = strawberry.field(
        description="What has changed, of this variant or of another of its product; null for the"
        " state that comes first."
    )
    occurred_at: datetime | None = strawberry.field(
        description="When it happened, which may be long ago after an old `after`; null for the"
        " state that comes first."
    )
    variant: Variant | None = reads(
        variants_by_id,
        key="variant_id",
        description="The variant as it is when the update is told, perhaps further on than the"
        " change; null once the viewer may not see it.",
    )


@strawberry.type
class VariantSubscription:
    variant_updated: VariantUpdateType = subscription(
        variant_updated,
        arguments=(
            Argument(
                "id",
                strawberry.ID,
                "The id of a variant that the viewer may see.",
                freeze=lambda text: parse_id("variant", text),
            ),
            Argument(
                "after",
                str | None,
                "The `cursor` of the last update that was seen: then what came later is told, and"
                " no state first. Of changes long ago it is refused.",
                None,
                parse_position,
            ),
        ),
        statements=2,
        description="The stock and the price of one variant: its state first, then every change,"
        " until it is not on sale any more.",
    )
