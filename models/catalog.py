from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from models.base import Base, Identified, Timestamped

SLUG_FORMAT = "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'"
CURRENCY_FORMAT = "currency ~ '^[A-Z]{3}$'"
ACTIVE = text("status = 'active'")


class ProductStatus(StrEnum):
    """Where a product stands: in the making, on sale, or no longer sold."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class Category(Identified, Base):
    """A node of the category tree; `path` holds its ancestors' ids, the root first, and its own."""

    __tablename__ = "categories"
    __table_args__ = (
        CheckConstraint(SLUG_FORMAT, name="slug_format"),
        CheckConstraint("name <> ''", name="name_not_empty"),
        CheckConstraint("cardinality(path) BETWEEN 1 AND 10", name="depth"),
        CheckConstraint("path[cardinality(path)] = id", name="path_ends_in_itself"),
        CheckConstraint(
            "CASE WHEN parent_id IS NULL THEN cardinality(path) = 1"
            " ELSE coalesce(path[cardinality(path) - 1] = parent_id, false) END",
            name="path_goes_through_parent",
        ),
        UniqueConstraint("parent_id", "name", postgresql_nulls_not_distinct=True),
        Index(None, "path", postgresql_using="gin"),
    )

    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("categories.id"))
    path: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Product(Identified, Timestamped, Base):
    """What a shopper looks at; what is bought is one of its variants.

    `price_from_minor` and `price_to_minor` span the prices of its variants, so that products can
    be sorted by price through an index. `external_id` is the key of the source it was imported
    from. A product without a merchant belongs to the shop itself. `attributes` maps the keys of
    `attribute_definitions` to lists of strings.
    """

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint(SLUG_FORMAT, name="slug_format"),
        CheckConstraint("name <> ''", name="name_not_empty"),
        CheckConstraint("brand <> ''", name="brand_not_empty"),
        CheckConstraint("status IN ('draft', 'active', 'retired')", name="status_known"),
        CheckConstraint(CURRENCY_FORMAT, name="currency_format"),
        CheckConstraint("jsonb_typeof(attributes) = 'object'", name="attributes_object"),
        CheckConstraint(
            "price_from_minor >= 0 AND price_to_minor >= price_from_minor", name="price_range"
        ),
        CheckConstraint(
            "status <> 'active' OR (price_from_minor IS NOT NULL AND price_to_minor IS NOT NULL)",
            name="active_has_price",
        ),
        # The target of the variants' foreign key: one currency within a product.
        UniqueConstraint("id", "currency"),
        Index(None, "category_id", "id"),
        Index(None, "merchant_id", "id"),
        Index("ix_products_active_name", text("lower(name)"), "id", postgresql_where=ACTIVE),
        Index("ix_products_active_price", "price_from_minor", "id", postgresql_where=ACTIVE),
        Index("ix_products_active_created", "created_at", "id", postgresql_where=ACTIVE),
        Index("ix_products_active_brand", "brand", "id", postgresql_where=ACTIVE),
    )

    external_id: Mapped[str | None] = mapped_column(unique=True)
    merchant_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    brand: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="draft")
    released_on: Mapped[date | None]
    currency: Mapped[str] = mapped_column(String(3))
    price_from_minor: Mapped[int | None] = mapped_column(BigInteger)
    price_to_minor: Mapped[int | None] = mapped_column(BigInteger)
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))


class Variant(Identified, Timestamped, Base):
    """One article that can be bought; `options` is a list of `{"name", "value"}` objects."""

    __tablename__ = "variants"
    __table_args__ = (
        CheckConstraint("sku <> ''", name="sku_not_empty"),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
        CheckConstraint(
            "jsonb_typeof(options) = 'array' AND jsonb_array_length(options) <= 10",
            name="options_bounded",
        ),
        CheckConstraint("cardinality(eans) <= 200", name="eans_bounded"),
        ForeignKeyConstraint(
            ["product_id", "currency"],
            ["products.id", "products.currency"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        Index(None, "product_id", "position", "id"),
    )

    product_id: Mapped[UUID]
    sku: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    mpn: Mapped[str | None]
    eans: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    options: Mapped[list[Any]] = mapped_column(server_default=text("'[]'::jsonb"))
    position: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    price_minor: Mapped[int] = mapped_column(BigInteger)


class Media(Identified, Base):
    """A picture of a product; a `url` that starts with a slash is served by this API."""

    __tablename__ = "media"
    __table_args__ = (
        CheckConstraint("url <> ''", name="url_not_empty"),
        UniqueConstraint("product_id", "position"),
    )

    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    position: Mapped[int]
    url: Mapped[str]
    alt_text: Mapped[str] = mapped_column(server_default="")


class AttributeDefinition(Base):
    """What a key of `products.attributes` means: its name for people and the kind of its values."""

    __tablename__ = "attribute_definitions"
    __table_args__ = (
        CheckConstraint("key <> '' AND name <> ''", name="not_empty"),
        CheckConstraint("kind IN ('TEXT', 'NUMBER', 'BOOLEAN')", name="kind_known"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
