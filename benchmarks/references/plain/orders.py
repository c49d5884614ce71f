"""Orders as they are shown, and the account that has them."""

from datetime import datetime
from enum import Enum
from typing import Self
from uuid import UUID

import strawberry
from sqlalchemy import select

from benchmarks.references.plain import order_models as models
from benchmarks.references.plain.context import Info
from benchmarks.references.plain.shared import Connection, Money, public_id


@strawberry.enum
class OrderStatus(Enum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


@strawberry.enum
class PaymentStatus(Enum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    REFUND_DUE = "refund_due"
    REFUNDED = "refunded"


@strawberry.type
class ShippingAddress:
    recipient: str
    line1: str
    line2: str
    postal_code: str
    city: str
    region: str
    country_code: str


@strawberry.type
class ShippingMethod:
    code: str
    name: str


@strawberry.type
class OrderLine:
    sku: str
    name: str
    quantity: int
    unit_price: Money
    total: Money

    @classmethod
    def of(cls, row: models.OrderLine, currency: str) -> Self:
        return cls(
            sku=row.sku,
            name=row.name,
            quantity=row.quantity,
            unit_price=Money.of(row.unit_price_minor, currency),
            total=Money.of(row.total_minor, currency),
        )


@strawberry.type
class Payment:
    status: PaymentStatus
    amount: Money

    @classmethod
    def of(cls, row: models.Payment) -> Self:
        return cls(
            status=PaymentStatus(row.status), amount=Money.of(row.amount_minor, row.currency)
        )


@strawberry.type
class Order:
    key: strawberry.Private[UUID]
    currency: strawberry.Private[str]
    method_code: strawberry.Private[str]
    id: strawberry.ID
    number: int
    status: OrderStatus
    version: int
    email: str
    placed_at: datetime
    subtotal: Money
    shipping: Money
    total: Money
    shipping_address: ShippingAddress

    @classmethod
    def of(cls, row: models.Order) -> Self:
        return cls(
            key=row.id,
            currency=row.currency,
            method_code=row.shipping_method,
            id=public_id("order", row.id),
            number=row.number,
            status=OrderStatus(row.status),
            version=row.version,
            email=row.email,
            placed_at=row.placed_at,
            subtotal=Money.of(row.subtotal_minor, row.currency),
            shipping=Money.of(row.shipping_minor, row.currency),
            total=Money.of(row.total_minor, row.currency),
            shipping_address=ShippingAddress(**row.shipping_address),
        )

    @strawberry.field
    async def shipping_method(self, info: Info) -> ShippingMethod | None:
        key = (self.method_code, self.currency)
        row = await info.context.loaders.shipping_methods.load(key)
        return None if row is None else ShippingMethod(code=row.code, name=row.name)

    @strawberry.field
    async def lines(self, info: Info, first: int = 20) -> Connection[OrderLine]:
        rows = await info.context.loaders.lines_of_order.load(self.key)
        return Connection.of([OrderLine.of(row, self.currency) for row in rows], first)

    @strawberry.field
    async def payments(self, info: Info, first: int = 20) -> Connection[Payment]:
        rows = await info.context.loaders.payments_of_order.load(self.key)
        return Connection.of([Payment.of(row) for row in rows], first)


@strawberry.type
class Account:
    key: strawberry.Private[UUID]
    id: strawberry.ID
    email: str

    @classmethod
    def of(cls, row: models.Account) -> Self:
        return cls(key=row.id, id=public_id("account", row.id), email=row.email)

    @strawberry.field
    async def orders(self, info: Info, first: int = 20) -> Connection[Order]:
        statement = (
            select(models.Order)
            .where(models.Order.account_id == self.key)
            .order_by(models.Order.id.desc())
            .limit(first + 1)
        )
        async with info.context.sessions() as session:
            rows = await session.scalars(statement)
            return Connection.of([Order.of(row) for row in rows], first)
