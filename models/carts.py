from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped
from models.catalog import CURRENCY_FORMAT


class Cart(Identified, Timestamped, Base):
    """What somebody means to buy: an account's one open cart, or whoever's has the secret.

    The secret is kept by its SHA-256. `version` grows with every change.
    """

    __tablename__ = "carts"
    __table_args__ = (
        CheckConstraint("account_id IS NOT NULL OR secret_hash IS NOT NULL", name="has_owner"),
        CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash_length"),
        CheckConstraint("status IN ('open', 'ordered', 'merged')", name="status_known"),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint(CURRENCY_FORMAT, name="currency_format"),
        Index(
            "uq_carts_open_account_id",
            "account_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        # An account's cart is kept, so only the others are looked for.
        Index(
            None,
            "expires_at",
            postgresql_where=text("status = 'open' AND account_id IS NULL"),
        ),
    )

    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    status: Mapped[str] = mapped_column(server_default="open")
    version: Mapped[int] = mapped_column(server_default="1")
    currency: Mapped[str | None] = mapped_column(String(3))
    expires_at: Mapped[datetime]


class CartLine(Identified, Timestamped, Base):
    """So many of one variant; `seen_price_minor` is what one cost when the shopper last chose."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity_range"),
        CheckConstraint("seen_price_minor >= 0", name="seen_price_not_negative"),
        UniqueConstraint("cart_id", "variant_id"),
        Index(None, "variant_id"),
    )

    cart_id: Mapped[UUID] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"))
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"))
    quantity: Mapped[int]
    seen_price_minor: Mapped[int] = mapped_column(BigInteger)
