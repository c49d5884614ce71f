"""What hangs below a product: its attributes, options and media."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import String, bindparam, case, column, func, true
from sqlalchemy.dialects.postgresql import JSONB

from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from loaders.batches import Listing, pages_by_key
from loaders.products import visible_products
from models import AttributeDefinition, Media, Product

_ENTRY = func.jsonb_each(Product.attributes).table_valued(
    column("key", String), column("value", JSONB), name="entry"
)


class AttributeRow(
    Row,
    columns={
        **AttributeDefinition.__table__.c,
        "values": _ENTRY.c.value,
    },
):
    key: str
    name: str
    kind: str
    values: list[str]


class MediaRow(
    Row,
    columns={
        **Media.__table__.c,
        "url": case(
            (Media.url.startswith("/"), bindparam("public_url", type_=String) + Media.url),
            else_=Media.url,
        ),
    },
):
    id: UUID
    position: int
    url: str
    alt_text: str


@batch_read
async def attributes_by_product(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[AttributeRow]]:
    source = (
        visible_products()
        .join(_ENTRY, true())
        .join(AttributeDefinition, AttributeDefinition.key == _ENTRY.c.key)
    )
    return await pages_by_key(
        context,
        keys,
        Listing(AttributeRow, source, Order("key", ("key",))),
        lambda key: Product.id == key,
        columns=columns,
        page=page,
    )


@batch_read
async def media_by_product(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[MediaRow]]:
    listing = Listing(
        MediaRow,
        visible_products().join(Media, Media.product_id == Product.id),
        Order("position", ("position", "id")),
        {"public_url": context.public_url},
    )
    return await pages_by_key(
        context, keys, listing, lambda key: Media.product_id == key, columns=columns, page=page
    )
