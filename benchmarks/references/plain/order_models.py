"""The tables of buying, mapped likewise."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from benchmarks.references.plain.models import Base, Identified, Variant


class Account(Identified, Base):
    __tablename__ = "accounts"

    email: Mapped[str]


class Cart(Identified, Base):
    __tablename__ = "carts"

    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    secret_hash: Mapped[bytes | None]
    status: Mapped[str] = mapped_column(default="open")
    version: Mapped[int] = mapped_column(default=1)
    currency: Mapped[str | None]
    expires_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class CartLine(Identified, Base):
    __tablename__ = "cart_lines"

    cart_id: Mapped[UUID] = mapped_column(ForeignKey("carts.id"))
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"))
    quantity: Mapped[int]
    seen_price_minor: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    variant: Mapped[Variant] = relationship()


class ShippingMethod(Base):
    __tablename__ = "shipping_methods"

    code: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    price_minor: Mapped[int]


class Order(Identified, Base):
    __tablename__ = "orders"

    number: Mapped[int] = mapped_column(server_default=FetchedValue())
    cart_id: Mapped[UUID | None] = mapped_column(ForeignKey("carts.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    secret_hash: Mapped[bytes | None]
    email: Mapped[str]
    status: Mapped[str] = mapped_column(default="pending")
    version: Mapped[int] = mapped_column(default=1)
    currency: Mapped[str]
    subtotal_minor: Mapped[int] = mapped_column(BigInteger)
    shipping_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    shipping_method: Mapped[str]
    shipping_address: Mapped[dict[str, str]]
    placed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.position")


class OrderLine(Identified, Base):
    __tablename__ = "order_lines"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    position: Mapped[int]
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"))
    sku: Mapped[str]
    name: Mapped[str]
    quantity: Mapped[int]
    unit_price_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)


class Payment(Identified, Base):
    __tablename__ = "payments"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    provider: Mapped[str] = mapped_column(default="sandbox")
    token: Mapped[str]
    status: Mapped[str] = mapped_column(default="pending")
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    reference: Mapped[str | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    order: Mapped[Order] = relationship()


class SandboxCharge(Base):
    """The books of the payment provider, which is another system."""

    __tablename__ = "sandbox_charges"

    payment_id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]


class Event(Identified, Base):
    __tablename__ = "events"

    aggregate_type: Mapped[str] = mapped_column(default="order")
    aggregate_id: Mapped[UUID]
    sequence: Mapped[int]
    type: Mapped[str]
    correlation_id: Mapped[str] = mapped_column(default="-")
    payload: Mapped[dict[str, Any]]
    subjects: Mapped[list[UUID]]
