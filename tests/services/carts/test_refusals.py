"""Each refusal of a cart's commands, with its data, and that it changed nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import BadInput, DomainError
from core.viewer import ANONYMOUS, Viewer
from models import CartLine, Product
from services import carts
from services.carts import CartChoice, LineAddition, LineChange
from services.carts.errors import (
    CartLineNotFound,
    CartNotFound,
    CurrencyMismatch,
    OutOfStock,
    QuantityOutOfRange,
    TooManyLines,
    VariantNotFound,
)
from services.idempotency import IdempotencyKeyReusedError
from services.versions import VersionConflict
from tests.services.carts.shop import HOLDER, SECRET, Shop

pytestmark = pytest.mark.anyio

OWN = CartChoice()
LARGE = 2**31 - 1
Command = Callable[[AsyncSession], Awaitable[Any]]


@dataclass
class Filled:
    """A cart with three of the five mugs that there are."""

    shop: Shop
    mug: UUID
    cart: UUID
    line: UUID

    async def refused(self, error: type[DomainError], command: Command) -> dict[str, object]:
        """Return the values of the refusal, after looking that nothing changed."""
        before = await self.shop.everything()
        with pytest.raises(error) as refusal:
            async with self.shop.session() as session:
                await command(session)
        assert type(refusal.value) is error
        assert await self.shop.everything() == before
        return refusal.value.values

    def add(self, *additions: LineAddition) -> Command:
        return lambda session: carts.add_lines(session, HOLDER, OWN, additions)

    def set(self, *changes: LineChange) -> Command:
        return lambda session: carts.update_lines(session, HOLDER, OWN, changes)


@pytest.fixture
async def filled(shop: Shop) -> Filled:
    mug = await shop.variant("mug", stock=5)
    cart = await shop.anonymous((mug, 3))
    [line] = await shop.rows(CartLine)
    return Filled(shop, mug, cart, line["id"])


@pytest.mark.parametrize(
    "viewer",
    [ANONYMOUS, Viewer(cart_secret_hash=b"o" * 32), Viewer(uuid4(), "admin")],
    ids=["nobody", "another secret", "an admin"],
)
async def test_a_cart_of_others(filled: Filled, viewer: Viewer) -> None:
    choice = CartChoice(filled.cart)
    commands: list[Command] = [
        lambda session: carts.add_lines(session, viewer, choice, [LineAddition(filled.mug, 1)]),
        lambda session: carts.update_lines(session, viewer, choice, [LineChange(filled.line, 1)]),
        lambda session: carts.remove_lines(session, viewer, choice, [filled.line]),
        lambda session: carts.clear(session, viewer, choice),
    ]
    for command in commands:
        assert await filled.refused(CartNotFound, command) == {"path": ("cart",)}


async def test_no_cart_at_all(filled: Filled) -> None:
    await filled.refused(CartNotFound, lambda session: carts.clear(session, ANONYMOUS, OWN))


async def test_an_older_version(filled: Filled) -> None:
    choice = CartChoice(filled.cart, 1)
    commands: list[Command] = [
        lambda session: carts.add_lines(session, HOLDER, choice, [LineAddition(filled.mug, 1)]),
        lambda session: carts.update_lines(session, HOLDER, choice, [LineChange(filled.line, 1)]),
        lambda session: carts.remove_lines(session, HOLDER, choice, [filled.line]),
        lambda session: carts.clear(session, HOLDER, choice),
    ]
    for command in commands:
        values = await filled.refused(VersionConflict, command)
        assert values == {"path": ("expectedVersion",), "current": 2}


async def test_a_variant_that_is_not_there(filled: Filled) -> None:
    values = await filled.refused(
        VariantNotFound, filled.add(LineAddition(filled.mug, 1), LineAddition(uuid4(), 1))
    )

    assert values == {"path": ("lines", "1")}


async def test_a_variant_that_is_not_on_sale(filled: Filled) -> None:
    async with filled.shop.session() as session:
        await session.execute(update(Product).values(status="retired"))
    added = await filled.refused(VariantNotFound, filled.add(LineAddition(filled.mug, 1)))
    changed = await filled.refused(VariantNotFound, filled.set(LineChange(filled.line, 1)))

    assert added == changed == {"path": ("lines", "0")}


async def test_a_line_that_is_not_on_sale_can_be_taken_out(filled: Filled) -> None:
    async with filled.shop.session() as session:
        await session.execute(update(Product).values(status="retired"))
    async with filled.shop.session() as session:
        await filled.set(LineChange(filled.line, 0))(session)

    assert await filled.shop.quantities(filled.cart) == {}


async def test_more_than_there_are(filled: Filled) -> None:
    commands = [
        filled.add(LineAddition(filled.mug, 3)),
        filled.add(LineAddition(filled.mug, 1), LineAddition(filled.mug, 2)),
        filled.set(LineChange(filled.line, 6)),
    ]
    values = [await filled.refused(OutOfStock, command) for command in commands]

    assert values == [
        {"path": ("lines", number, "quantity"), "available": 5} for number in ("0", "1", "0")
    ]


@pytest.mark.parametrize("quantity", [-LARGE, -1, 0, 1000, LARGE])
async def test_a_quantity_that_nobody_adds(filled: Filled, quantity: int) -> None:
    values = await filled.refused(
        QuantityOutOfRange, filled.add(LineAddition(filled.mug, quantity))
    )

    assert values == {"path": ("lines", "0", "quantity"), "minimum": 1, "maximum": 999}


@pytest.mark.parametrize("quantity", [-1, 1000])
async def test_a_quantity_that_no_line_has(filled: Filled, quantity: int) -> None:
    values = await filled.refused(QuantityOutOfRange, filled.set(LineChange(filled.line, quantity)))

    assert values == {"path": ("lines", "0", "quantity"), "minimum": 0, "maximum": 999}


async def test_a_sum_that_no_line_has(filled: Filled) -> None:
    values = await filled.refused(QuantityOutOfRange, filled.add(LineAddition(filled.mug, 997)))

    assert values == {"path": ("lines", "0", "quantity"), "minimum": 1, "maximum": 999}


async def test_another_currency_than_the_cart(filled: Filled) -> None:
    dollar = await filled.shop.variant("dollar", currency="USD")
    values = await filled.refused(CurrencyMismatch, filled.add(LineAddition(dollar, 1)))

    assert values == {"path": ("lines", "0"), "cart_currency": "EUR", "variant_currency": "USD"}


async def test_two_currencies_at_once(filled: Filled) -> None:
    dollar, account = (
        await filled.shop.variant("dollar", currency="USD"),
        await filled.shop.factory.account(),
    )
    additions = [LineAddition(dollar, 1), LineAddition(filled.mug, 1)]
    values = await filled.refused(
        CurrencyMismatch, lambda session: carts.create_for_account(session, account, additions)
    )

    assert values == {"path": ("lines", "1"), "cart_currency": "USD", "variant_currency": "EUR"}


async def test_too_many_lines(filled: Filled) -> None:
    product = await filled.shop.factory.product()
    variants = [await filled.shop.factory.variant(product=product) for _ in range(100)]
    first, *others = [LineAddition(each, 1) for each in variants]
    async with filled.shop.session() as session:
        await filled.add(*others)(session)
    one_more = await filled.refused(TooManyLines, filled.add(first))
    at_once = await filled.refused(TooManyLines, filled.add(*[LineAddition(filled.mug, 1)] * 101))

    assert one_more == at_once == {"path": ("lines",), "maximum": 100}


async def test_a_line_of_no_cart(filled: Filled) -> None:
    changed = await filled.refused(
        CartLineNotFound, filled.set(LineChange(filled.line, 1), LineChange(uuid4(), 1))
    )
    removed = await filled.refused(
        CartLineNotFound,
        lambda session: carts.remove_lines(session, HOLDER, OWN, [filled.line, uuid4()]),
    )

    assert changed == removed == {"path": ("lines", "1")}


async def test_a_line_of_another_cart(filled: Filled) -> None:
    other = b"o" * 32
    await filled.shop.anonymous((filled.mug, 1), secret=other)
    viewer = Viewer(cart_secret_hash=other)
    await filled.refused(
        CartLineNotFound,
        lambda session: carts.update_lines(session, viewer, OWN, [LineChange(filled.line, 1)]),
    )
    await filled.refused(
        CartLineNotFound, lambda session: carts.remove_lines(session, viewer, OWN, [filled.line])
    )


async def test_a_line_named_twice(filled: Filled) -> None:
    values = await filled.refused(
        BadInput, filled.set(LineChange(filled.line, 1), LineChange(filled.line, 2))
    )

    assert values == {"argument": "lines"}


async def test_a_secret_that_opened_a_cart_before(filled: Filled) -> None:
    await filled.refused(
        IdempotencyKeyReusedError, lambda session: carts.create_anonymous(session, SECRET, [])
    )
