"""The chores, each done by one worker at a time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select, text

from core.database import Database
from core.money import Money
from models import Cart, IdempotencyRecord, Order, PasswordReset, Payment, RefreshToken
from services.checkout import ABANDONED_AFTER
from services.payment_gateways.sandbox import SandboxGateway
from services.payments import Charged, Declined
from tasks import schedule
from tasks.resources import Resources
from tasks.schedule import do_chores
from tests.buying import Shop
from tests.factories import Factory

pytestmark = pytest.mark.anyio

NOW = datetime.now(UTC)


class Broken(SandboxGateway):
    async def charge(self, payment_id: UUID, amount: Money, token: str) -> Charged | Declined:
        raise ConnectionError(payment_id, amount, token)


async def add_cart(database: Database, secret: bytes, expires_at: datetime) -> None:
    async with database.session.begin() as session:
        await session.execute(insert(Cart).values(secret_hash=secret, expires_at=expires_at))


async def rows(database: Database, *columns: Any) -> Sequence[Sequence[Any]]:
    return await database.fetch(select(*columns), {})


async def test_expired_carts_are_released(resources: Resources, database: Database) -> None:
    await add_cart(database, b"a" * 32, NOW - timedelta(seconds=1))
    await add_cart(database, b"b" * 32, NOW + timedelta(hours=1))
    await do_chores(resources, NOW)

    assert await rows(database, Cart.secret_hash) == [(b"b" * 32,)]


async def test_old_outcomes_are_forgotten(resources: Resources, database: Database) -> None:
    async with database.session.begin() as session:
        for key, hours in (("old", 25), ("new", 23)):
            call = {"scope": "anonymous", "mutation": "x", "key": key, "input_hash": b"h" * 32}
            created_at = NOW - timedelta(hours=hours)
            await session.execute(insert(IdempotencyRecord).values(**call, created_at=created_at))
    await do_chores(resources, NOW)

    assert await rows(database, IdempotencyRecord.key) == [("new",)]


async def test_tokens_that_nobody_can_use_are_forgotten(
    resources: Resources, database: Database, factory: Factory
) -> None:
    account = await factory.account()
    async with database.session.begin() as session:
        for token_hash, hours in ((b"o" * 32, -1), (b"n" * 32, 1)):
            token = {"account_id": account, "token_hash": token_hash}
            expires_at = NOW + timedelta(hours=hours)
            await session.execute(insert(PasswordReset).values(**token, expires_at=expires_at))
            await session.execute(
                insert(RefreshToken).values(**token, family_id=account, expires_at=expires_at)
            )
    await do_chores(resources, NOW)

    assert await rows(database, PasswordReset.token_hash) == [(b"n" * 32,)]
    assert await rows(database, RefreshToken.token_hash) == [(b"n" * 32,)]


async def test_a_payment_that_was_left_pending_is_settled(
    resources: Resources, database: Database, factory: Factory
) -> None:
    shop = Shop(database, factory)
    shop.gateway = Broken(shop.database, 0)
    with pytest.raises(ConnectionError):
        await shop.buy(await shop.basket({await shop.variant(): 1}))
    assert await rows(database, Payment.status) == [("pending",)]
    # The payment was made now, which is long after this module was imported.
    await do_chores(resources, datetime.now(UTC) + ABANDONED_AFTER + timedelta(minutes=1))

    assert await rows(database, Payment.status) == [("declined",)]
    assert await rows(database, Order.status) == [("cancelled",)]


async def test_a_chore_that_fails_does_not_keep_the_others_back(
    resources: Resources, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(schedule, "CHORES", (fail, *schedule.CHORES))
    await add_cart(database, b"a" * 32, NOW - timedelta(seconds=1))
    await do_chores(resources, NOW)

    assert await rows(database, Cart.id) == []


async def test_a_chore_that_another_worker_is_at_is_left_to_it(
    resources: Resources, database: Database
) -> None:
    await add_cart(database, b"a" * 32, NOW - timedelta(seconds=1))
    async with database.session.begin() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(7110233, 0)"))
        await do_chores(resources, NOW)

    assert await rows(database, func.count(Cart.id)) == [(1,)]
