"""One account of each role, for trying the shop; their passwords are no secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Product
from services.accounts import Registration, Role, register


@dataclass(frozen=True)
class DemoAccount:
    role: Role
    email: str
    password: str
    name: str


DEMO_ACCOUNTS = (
    DemoAccount(Role.CUSTOMER, "customer@pyshop.example", "customer-of-pyshop", "Casey Customer"),
    DemoAccount(Role.MERCHANT, "merchant@pyshop.example", "merchant-of-pyshop", "Morgan Merchant"),
    DemoAccount(Role.ADMIN, "admin@pyshop.example", "admin-of-pyshop", "Alex Admin"),
)


async def create_demo_accounts(session: AsyncSession, password_hashes: Sequence[str]) -> None:
    """Make the accounts; the hashes are those of their passwords, in their order."""
    for account, password_hash in zip(DEMO_ACCOUNTS, password_hashes, strict=True):
        made = await register(
            session, Registration(account.email, password_hash, account.name, account.role)
        )
        if account.role is Role.MERCHANT:
            await _give_a_brand(session, made["account_id"])


async def _give_a_brand(session: AsyncSession, merchant_id: UUID) -> None:
    """Let a merchant sell the brand with the most products, so that there is something to tend."""
    largest = (
        select(Product.brand)
        .where(Product.brand.is_not(None))
        .group_by(Product.brand)
        .order_by(func.count().desc(), Product.brand)
        .limit(1)
    )
    await session.execute(
        update(Product)
        .where(Product.brand == largest.scalar_subquery())
        .values(merchant_id=merchant_id)
    )
