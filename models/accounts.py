from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class Account(Identified, Timestamped, Base):
    """Somebody who can log in; an e-mail address belongs to one account whatever its case."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="email_format"),
        CheckConstraint("role IN ('customer', 'merchant', 'admin')", name="role_known"),
        Index("uq_accounts_email", text("lower(email)"), unique=True),
    )

    email: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(server_default="customer")


class RefreshToken(Identified, Base):
    """A refresh token by its SHA-256; `family_id` names the log-in that it descends from.

    A token is used once. Using it again means that somebody has a copy, and ends the family.
    """

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        CheckConstraint("octet_length(token_hash) = 32", name="token_hash_length"),
        Index(None, "family_id"),
        Index(None, "account_id"),
        Index(None, "expires_at"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    family_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PasswordReset(Identified, Base):
    """A wish to set a new password, by the SHA-256 of the secret that was mailed."""

    __tablename__ = "password_resets"
    __table_args__ = (
        CheckConstraint("octet_length(token_hash) = 32", name="token_hash_length"),
        Index(None, "account_id"),
        Index(None, "expires_at"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Address(Identified, Timestamped, Base):
    """Where an account has things sent."""

    __tablename__ = "addresses"
    __table_args__ = (
        CheckConstraint("country_code ~ '^[A-Z]{2}$'", name="country_code_format"),
        CheckConstraint(
            "recipient <> '' AND line1 <> '' AND postal_code <> '' AND city <> ''",
            name="not_empty",
        ),
        Index(None, "account_id", "id"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    recipient: Mapped[str]
    line1: Mapped[str]
    line2: Mapped[str] = mapped_column(server_default="")
    postal_code: Mapped[str]
    city: Mapped[str]
    region: Mapped[str] = mapped_column(server_default="")
    country_code: Mapped[str]
