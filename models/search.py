from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from models.base import Base


class SearchDocument(Base):
    """What the PostgreSQL search engine knows of an active product, so that a search reads no more.

    `title` is the name in lower case without accents, by bytes so that both engines sort alike;
    `folded_brand` is the brand in the same way.
    `codes` are the numbers a shopper may know (SKU, MPN, EAN) in lower case. `attributes` holds
    each as `key=value`. `terms` weighs the name A; brand, categories and codes B; the description
    C; and the attributes D.
    """

    __tablename__ = "search_documents"
    __table_args__ = (
        Index(None, "terms", postgresql_using="gin"),
        Index(None, "codes", postgresql_using="gin"),
        Index(None, "attributes", postgresql_using="gin"),
        Index(None, "category_path", postgresql_using="gin"),
        Index(
            "ix_search_documents_title_trigrams",
            "title",
            postgresql_using="gin",
            postgresql_ops={"title": "gin_trgm_ops"},
        ),
        Index(None, "title", "product_id"),
        Index(None, "price_minor", "product_id"),
        Index(None, "created_at", "product_id"),
        Index(None, "brand"),
        Index(None, "folded_brand", "brand"),
    )

    product_id: Mapped[UUID] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    title: Mapped[str] = mapped_column(String(collation="C"))
    brand: Mapped[str | None]
    folded_brand: Mapped[str | None] = mapped_column(String(collation="C"))
    category_path: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    codes: Mapped[list[str]] = mapped_column(ARRAY(String))
    attributes: Mapped[list[str]] = mapped_column(ARRAY(String))
    attribute_keys: Mapped[list[str]] = mapped_column(ARRAY(String))
    price_minor: Mapped[int] = mapped_column(BigInteger)
    in_stock: Mapped[bool]
    created_at: Mapped[datetime]
    terms: Mapped[str] = mapped_column(TSVECTOR)
