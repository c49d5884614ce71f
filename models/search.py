from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class SearchDocument(Base):
    """What the PostgreSQL search engine knows of a product.

    `terms` weighs the name A, the brand, category and numbers B, the description C and the
    attributes D. `facets` holds each attribute as `key=value`.
    """

    __tablename__ = "search_documents"
    __table_args__ = (
        Index(None, "terms", postgresql_using="gin"),
        Index(None, "facets", postgresql_using="gin"),
        Index(
            None,
            "title",
            postgresql_using="gin",
            postgresql_ops={"title": "gin_trgm_ops"},
        ),
    )

    product_id: Mapped[UUID] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    title: Mapped[str]
    terms: Mapped[str] = mapped_column(TSVECTOR)
    facets: Mapped[list[str]] = mapped_column(ARRAY(String))
