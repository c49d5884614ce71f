"""The tables of the catalogue as an application of SQLAlchemy's ORM maps them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute.
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        dict[str, str]: JSONB,
        dict[str, list[str]]: JSONB,
        list[dict[str, str]]: JSONB,
        list[str]: ARRAY(String),
        list[UUID]: ARRAY(Uuid),
    }


class Identified:
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))


class Category(Identified, Base):
    __tablename__ = "categories"

    path: Mapped[list[UUID]]
    slug: Mapped[str]
    name: Mapped[str]


class Product(Identified, Base):
    """A list needs neither descriptions nor attributes, so that they are loaded by themselves."""

    __tablename__ = "products"

    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    slug: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(deferred=True)
    brand: Mapped[str | None]
    status: Mapped[str]
    currency: Mapped[str]
    price_from_minor: Mapped[int]
    price_to_minor: Mapped[int]
    attributes: Mapped[dict[str, list[str]]] = mapped_column(deferred=True)


class StockLevel(Base):
    __tablename__ = "stock_levels"

    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    on_hand: Mapped[int]
    reserved: Mapped[int]


class Variant(Identified, Base):
    __tablename__ = "variants"

    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    sku: Mapped[str]
    name: Mapped[str]
    options: Mapped[list[dict[str, str]]]
    position: Mapped[int]
    currency: Mapped[str]
    price_minor: Mapped[int]

    product: Mapped[Product] = relationship()
    stock: Mapped[StockLevel | None] = relationship()

    @property
    def available(self) -> int:
        return 0 if self.stock is None else self.stock.on_hand - self.stock.reserved

    @property
    def is_on_sale(self) -> bool:
        return self.product.status == "active"


class Media(Identified, Base):
    __tablename__ = "media"

    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    position: Mapped[int]
    url: Mapped[str]
    alt_text: Mapped[str]


class AttributeDefinition(Base):
    __tablename__ = "attribute_definitions"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
