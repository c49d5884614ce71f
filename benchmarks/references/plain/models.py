"""The tables as an application of SQLAlchemy's ORM maps them; only what the operations need."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, String, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute.
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, str]]: JSONB,
        list[str]: ARRAY(String),
        list[UUID]: ARRAY(Uuid),
    }


class Category(Base):
    __tablename__ = "categories"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    path: Mapped[list[UUID]]
    slug: Mapped[str]
    name: Mapped[str]


class Product(Base):
    """The page of a single product alone shows its description and attributes."""

    __tablename__ = "products"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    slug: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(deferred=True, deferred_group="detail")
    brand: Mapped[str | None]
    status: Mapped[str]
    currency: Mapped[str]
    price_from_minor: Mapped[int]
    price_to_minor: Mapped[int]
    attributes: Mapped[dict[str, Any]] = mapped_column(deferred=True, deferred_group="detail")


class StockLevel(Base):
    __tablename__ = "stock_levels"

    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    on_hand: Mapped[int]
    reserved: Mapped[int]


class Variant(Base):
    __tablename__ = "variants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    sku: Mapped[str]
    name: Mapped[str]
    options: Mapped[list[dict[str, str]]]
    position: Mapped[int]
    currency: Mapped[str]
    price_minor: Mapped[int]

    stock: Mapped[StockLevel | None] = relationship()

    @property
    def available(self) -> int:
        return 0 if self.stock is None else self.stock.on_hand - self.stock.reserved
