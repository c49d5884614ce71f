"""A shop to buy in: carts, checkouts, and what stands in the tables afterwards."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database
from core.viewer import Viewer
from models import Cart, CartLine, Event, Order, Payment, StockLevel, Variant
from services.addresses import PostalAddress
from services.carts.opening import LIFETIME
from services.checkout import Completed, complete_checkout
from services.idempotency import once
from services.order_placing import Checkout
from services.payment_gateways.sandbox import SandboxGateway
from services.payments import PaymentGateway
from tests.factories import Factory

ADDRESS = PostalAddress("Ada Example", "High Street 1", "", "12345", "Springfield", "", "DE")
TABLES = ("carts", "cart_lines", "orders", "order_lines", "payments", "stock_levels", "events")


@dataclass(frozen=True)
class Basket:
    """A cart and who may buy it."""

    id: UUID
    viewer: Viewer

    def checkout(self, **changes: Any) -> Checkout:
        whole = Checkout(self.id, "ada@example.com", ADDRESS, None, "standard", "success", None)
        return replace(whole, **changes)


class Shop:
    def __init__(self, database: Database, factory: Factory) -> None:
        self.database = database
        self.factory = factory
        self.gateway: PaymentGateway = SandboxGateway(self.database, 0.01)

    @property
    def transaction(self) -> Callable[[], AbstractAsyncContextManager[AsyncSession]]:
        return self.database.session.begin

    async def variant(self, stock: int = 5, merchant: UUID | None = None, **values: Any) -> UUID:
        product = await self.factory.product(merchant_id=merchant)
        return await self.factory.variant(product=product, stock=stock, **values)

    async def basket(
        self, quantities: Mapping[UUID, int], account: UUID | None = None, secret: str | None = None
    ) -> Basket:
        """Write a cart of an account, or a guest's, as its owner last saw it."""
        secret = secret or (uuid4().hex if account is None else None)
        secret_hash = None if secret is None else hashlib.sha256(secret.encode()).digest()
        async with self.transaction() as session:
            cart = Cart(account_id=account, secret_hash=secret_hash, currency="EUR")
            cart.expires_at = (await session.execute(text("SELECT now()"))).scalar_one() + LIFETIME
            session.add(cart)
            await session.flush()
            prices = {
                variant.id: variant.price_minor
                for variant in await session.scalars(
                    select(Variant).where(Variant.id.in_(quantities))
                )
            }
            await session.execute(
                insert(CartLine),
                [
                    {
                        "cart_id": cart.id,
                        "variant_id": variant_id,
                        "quantity": quantity,
                        "seen_price_minor": prices[variant_id],
                    }
                    for variant_id, quantity in quantities.items()
                ],
            )
            role = None if account is None else "customer"
            return Basket(cart.id, Viewer(account, role, secret_hash))

    async def buy(self, basket: Basket, key: str | None = None, **changes: Any) -> Completed:
        checkout = basket.checkout(**changes)
        call = once(basket.viewer, "checkoutComplete", key, checkout=checkout)
        return await complete_checkout(
            self.transaction, self.gateway, basket.viewer, checkout, call
        )

    async def stock(self, variant: UUID) -> tuple[int, int]:
        """What is on hand, and how much of it is reserved."""
        rows = await self.rows(
            select(StockLevel.on_hand, StockLevel.reserved).where(StockLevel.variant_id == variant)
        )
        return rows[0]

    async def order(self, order_id: UUID) -> tuple[Order, Payment]:
        async with self.database.session() as session:
            order = await session.get_one(Order, order_id)
            payment = await session.scalar(select(Payment).where(Payment.order_id == order_id))
            assert payment is not None
            return order, payment

    async def cart(self, basket: Basket) -> Cart:
        async with self.database.session() as session:
            return await session.get_one(Cart, basket.id)

    async def charges(self) -> list[tuple[Any, ...]]:
        """What the provider's books say: the status and amount of each payment."""
        return await self.rows(
            text("SELECT status, amount_minor FROM sandbox_charges ORDER BY payment_id")
        )

    async def events(self) -> list[str]:
        rows = await self.rows(select(Event.type).order_by(Event.id))
        return [row[0] for row in rows]

    async def snapshot(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that a purchase touches, to tell whether anything changed."""
        return {
            name: await self.rows(text(f"SELECT * FROM {name} ORDER BY 1"))  # noqa: S608 - constants.
            for name in TABLES
        }

    async def rows(self, statement: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.database.fetch(statement, {})]
