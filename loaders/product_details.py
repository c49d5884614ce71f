"""What hangs below a product: its attributes, options and media."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, bindparam, case, column, func, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Uuid

from core.reads import Context, Order, Page, PageRequest, Row
from core.statements import Statement
from core.telemetry import batch_read
from loaders.batches import Listing, keys_of, pages_by_key
from loaders.products import visible_products
from loaders.viewers import viewer_params
from models import AttributeDefinition, Media, Product, Variant

MAX_OPTION_VALUES = 100

_ENTRY = func.jsonb_each(Product.attributes).table_valued(
    column("key", String), column("value", JSONB), name="entry"
)


# One by one, by the index: PostgreSQL takes a product for one of a hundred attributes, and would
# read the definitions of the whole shop.
_DEFINITION = (
    select(AttributeDefinition)
    .where(AttributeDefinition.key == _ENTRY.c.key)
    .limit(1)
    .lateral("definition")
)


class AttributeRow(
    Row,
    columns={
        **_DEFINITION.c,
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


@cache
def _visible_attributes(role: str | None) -> Select[Any]:
    return visible_products(role).join(_ENTRY, true()).join(_DEFINITION, true())


@batch_read
async def attributes_by_product(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[AttributeRow]]:
    source = _visible_attributes(context.viewer.role)
    listing = Listing(AttributeRow, source, Order("key", ("key",)))
    return await pages_by_key(context, keys, listing, Product.id, columns=columns, page=page)


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
    statement = _options_statement(context.viewer.role)
    params = {"keys": keys, **viewer_params(context.viewer)}
    found: dict[UUID, dict[str, list[str]]] = {key: {} for key in keys}
    for key, name, value in await context.fetch(statement, params):
        found[key].setdefault(name, []).append(value)
    return [
        [ProductOption(name, values[:MAX_OPTION_VALUES]) for name, values in found[key].items()]
        for key in keys
    ]


@cache
def _options_statement(role: str | None) -> Statement:
    option = (
        func.jsonb_array_elements(Variant.options)
        .table_valued(column("chosen", JSONB), with_ordinality="ordinal", name="option")
        .render_derived()
    )
    name, value = option.c.chosen["name"].astext, option.c.chosen["value"].astext
    return Statement(
        visible_products(role)
        .join(Variant, Variant.product_id == Product.id)
        .join(option, true())
        .where(Product.id == func.any(keys_of(Uuid())))
        .with_only_columns(Product.id, name, value, maintain_column_froms=True)
        .group_by(Product.id, name, value)
        .order_by(func.min(option.c.ordinal), name, func.min(Variant.position))
    )


@cache
def _visible_media(role: str | None) -> Select[Any]:
    return visible_products(role).join(Media, Media.product_id == Product.id)


@batch_read
async def media_by_product(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[MediaRow]]:
    listing = Listing(
        MediaRow,
        _visible_media(context.viewer.role),
        Order("position", ("position", "id")),
        {"public_url": context.public_url},
    )
    return await pages_by_key(context, keys, listing, Media.product_id, columns=columns, page=page)
