"""What hangs below a product: its attributes, options and media."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import String, bindparam, case, column, func, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Uuid

from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from loaders.batches import Listing, pages_by_key
from loaders.products import visible_products
from models import AttributeDefinition, Media, Product, Variant

MAX_OPTION_VALUES = 100

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
        visible_products(context.viewer)
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


@dataclass(frozen=True)
class ProductOption:
    """An option of a product and the values its variants have of it, in the variants' order."""

    name: str
    values: list[str]


@batch_read
async def options_by_product(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[list[ProductOption]]:
    """Return the options of each product: at most ten names, as the database holds, of values."""
    del columns
    option = (
        func.jsonb_array_elements(Variant.options)
        .table_valued(column("chosen", JSONB), with_ordinality="ordinal", name="option")
        .render_derived()
    )
    name, value = option.c.chosen["name"].astext, option.c.chosen["value"].astext
    source = (
        visible_products(context.viewer)
        .join(Variant, Variant.product_id == Product.id)
        .join(option, true())
        .where(Product.id == func.any(bindparam("keys", type_=ARRAY(Uuid()))))
        .with_only_columns(Product.id, name, value, maintain_column_froms=True)
        .group_by(Product.id, name, value)
        .order_by(func.min(option.c.ordinal), name, func.min(Variant.position))
    )
    found: dict[UUID, dict[str, list[str]]] = {key: {} for key in keys}
    for key, option_name, option_value in await context.fetch(source, {"keys": list(keys)}):
        found[key].setdefault(option_name, []).append(option_value)
    return [
        [ProductOption(name, values[:MAX_OPTION_VALUES]) for name, values in found[key].items()]
        for key in keys
    ]


@batch_read
async def media_by_product(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[MediaRow]]:
    listing = Listing(
        MediaRow,
        visible_products(context.viewer).join(Media, Media.product_id == Product.id),
        Order("position", ("position", "id")),
        {"public_url": context.public_url},
    )
    return await pages_by_key(
        context, keys, listing, lambda key: Media.product_id == key, columns=columns, page=page
    )
