from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified


class TrustedDocument(Identified, Base):
    """A document that a client registered, by the SHA-256 of its text, which never changes.

    Two clients may register the same text: each is a promise of its own.
    """

    __tablename__ = "trusted_documents"
    __table_args__ = (
        CheckConstraint("octet_length(sha256) = 32", name="sha256_length"),
        CheckConstraint("kind IN ('query', 'mutation', 'subscription')", name="kind_known"),
        CheckConstraint("client <> '' AND name <> ''", name="not_empty"),
        Index(None, "client", "sha256", unique=True),
        Index(None, "sha256"),
    )

    client: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str]
    kind: Mapped[str]
    body: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
    # What the schema promised when it was last published, as `execution/promises.py` writes it.
    promises: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))


class DocumentUse(Base):
    """How often a client had a document run on a day of UTC."""

    __tablename__ = "document_uses"
    __table_args__ = (CheckConstraint("count > 0", name="count_positive"),)

    client: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
