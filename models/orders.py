from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped
from models.catalog import CURRENCY_FORMAT


class ShippingMethod(Base):
    """A way to send an order, and what it costs in one currency."""

    __tablename__ = "shipping_methods"
    __table_args__ = (
        CheckConstraint(CURRENCY_FORMAT, name="currency_format"),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
        CheckConstraint("code <> '' AND name <> ''", name="not_empty"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str]
    price_minor: Mapped[int] = mapped_column(BigInteger)


class Order(Identified, Timestamped, Base):
    """A cart that was bought, frozen as it was then.

    `secret_hash` is that of the cart's secret, by which a guest sees the order. `version` grows
    with every change.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'confirmed', 'shipped', 'delivered', 'cancelled')",
            name="status_known",
        ),
        CheckConstraint(CURRENCY_FORMAT, name="currency_format"),
        CheckConstraint("subtotal_minor >= 0 AND shipping_minor >= 0", name="not_negative"),
        CheckConstraint("total_minor = subtotal_minor + shipping_minor", name="total_adds_up"),
        CheckConstraint("account_id IS NOT NULL OR secret_hash IS NOT NULL", name="has_owner"),
        CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash_length"),
        Index(None, "account_id", "id"),
        Index(None, "status", "id"),
        Index(
            "uq_orders_live_cart_id",
            "cart_id",
            unique=True,
            postgresql_where=text("status <> 'cancelled'"),
        ),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(start=100001), unique=True)
    cart_id: Mapped[UUID | None] = mapped_column(ForeignKey("carts.id", ondelete="SET NULL"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    email: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="pending")
    version: Mapped[int] = mapped_column(server_default="1")
    currency: Mapped[str] = mapped_column(String(3))
    subtotal_minor: Mapped[int] = mapped_column(BigInteger)
    shipping_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    shipping_method: Mapped[str]
    shipping_address: Mapped[dict[str, Any]]
    placed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OrderLine(Identified, Base):
    """So many of one variant, named and priced as they were when the order was placed."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("unit_price_minor >= 0", name="unit_price_not_negative"),
        CheckConstraint("total_minor = quantity * unit_price_minor", name="total_adds_up"),
        UniqueConstraint("order_id", "position"),
        Index(None, "variant_id"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    position: Mapped[int]
    variant_id: Mapped[UUID | None] = mapped_column(ForeignKey("variants.id", ondelete="SET NULL"))
    sku: Mapped[str]
    name: Mapped[str]
    quantity: Mapped[int]
    unit_price_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)


class Payment(Identified, Timestamped, Base):
    """A charge for an order; its id is the key by which the provider tells a repeated call."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'succeeded', 'declined', 'refund_due', 'refunded')",
            name="status_known",
        ),
        CheckConstraint(CURRENCY_FORMAT, name="currency_format"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint(
            "(status = 'declined') = (decline_reason IS NOT NULL)", name="declined_for_a_reason"
        ),
        Index(None, "order_id"),
        Index(None, "created_at", postgresql_where=text("status IN ('pending', 'refund_due')")),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    provider: Mapped[str]
    token: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="pending")
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    reference: Mapped[str | None]
    decline_reason: Mapped[str | None]


class SandboxCharge(Base):
    """What the sandbox payment provider remembers; it stands for the books of a real one.

    No other table refers to it, as none could to a provider's.
    """

    __tablename__ = "sandbox_charges"
    __table_args__ = (
        CheckConstraint(
            "status IN ('charged', 'declined', 'refunded')",
            name="status_known",
        ),
        CheckConstraint(
            "(status = 'declined') = (decline_reason IS NOT NULL)", name="declined_for_a_reason"
        ),
    )

    payment_id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    decline_reason: Mapped[str | None]
