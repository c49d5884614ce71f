"""A purchase by its outcome: what is paid, what is in stock and what is recorded."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic.alias_generators import to_camel
from sqlalchemy import func, select, update

from core.database import Database
from core.errors import BadInput, DomainError, Refusals
from core.ids import encode_id
from core.money import Money
from core.viewer import ANONYMOUS, Viewer
from models import Address, Cart, CartLine, Event, IdempotencyRecord, Product, Variant
from services.addresses import AddressNotFound
from services.carts.errors import CartNotFound, OutOfStock
from services.checkout import PaymentDeclined
from services.emails import InvalidEmail
from services.idempotency import IdempotencyKeyReusedError
from services.order_placing import (
    CartAlreadyOrdered,
    CartEmpty,
    PriceChanged,
    ShippingMethodUnavailable,
)
from services.payment_gateways.sandbox import SandboxGateway
from services.payments import Charged, Declined
from services.versions import VersionConflict
from tests.buying import ADDRESS, Basket, Shop
from tests.factories import Factory

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(database: Database, factory: Factory) -> Shop:
    return Shop(database, factory)


async def refusals(shop: Shop, basket: Basket, **changes: Any) -> list[DomainError]:
    """Buy, and return why not; nothing may have changed."""
    before = await shop.snapshot()
    with pytest.raises(DomainError) as refused:
        await shop.buy(basket, **changes)
    assert await shop.snapshot() == before
    assert await shop.charges() == []
    error = refused.value
    return list(error.errors) if isinstance(error, Refusals) else [error]


async def test_a_charged_cart_is_a_confirmed_order(shop: Shop) -> None:
    cheap, dear = await shop.variant(stock=5), await shop.variant(stock=9, price_minor=2500)
    basket = await shop.basket({cheap: 2, dear: 3})

    completed = await shop.buy(basket)

    order, payment = await shop.order(completed.order_id)
    assert completed.declined is None
    assert (order.status, order.version, order.email) == ("confirmed", 2, "ada@example.com")
    assert (order.subtotal_minor, order.shipping_minor, order.total_minor) == (9500, 490, 9990)
    assert (payment.status, payment.amount_minor) == ("succeeded", 9990)
    assert await shop.charges() == [("charged", 9990)]
    assert (await shop.stock(cheap), await shop.stock(dear)) == ((3, 0), (6, 0))
    cart = await shop.cart(basket)
    assert (cart.status, cart.version) == ("ordered", 2)
    assert await shop.events() == ["order.placed", "order.confirmed"]


async def test_a_declined_payment_undoes_the_order(shop: Shop) -> None:
    mug = await shop.variant(stock=5)
    basket = await shop.basket({mug: 2})

    completed = await shop.buy(basket, payment="decline")

    order, payment = await shop.order(completed.order_id)
    assert completed.declined is not None
    assert completed.declined.values["reason"] == "card_declined"
    assert (order.status, order.version) == ("cancelled", 2)
    assert (payment.status, payment.decline_reason) == ("declined", "card_declined")
    assert await shop.stock(mug) == (5, 0)
    cart = await shop.cart(basket)
    assert (cart.status, cart.version) == ("open", 3)
    assert await shop.events() == ["order.placed", "order.cancelled"]


async def test_a_declined_cart_can_be_bought_with_another_key(shop: Shop) -> None:
    mug = await shop.variant(stock=5)
    basket = await shop.basket({mug: 2})
    declined = await shop.buy(basket, "first", payment="decline")

    bought = await shop.buy(basket, "second")

    assert bought.order_id != declined.order_id
    assert bought.declined is None
    assert await shop.stock(mug) == (3, 0)
    assert await shop.charges() == [("declined", 2490), ("charged", 2490)]


async def test_a_declined_cart_stays_ordered_beside_a_newer_one(
    shop: Shop, factory: Factory, database: Database
) -> None:
    account, mug = await factory.account(), await shop.variant(stock=5)
    basket = await shop.basket({mug: 1}, account)

    class Shopping(SandboxGateway):
        async def charge(self, payment_id: UUID, amount: Money, token: str) -> Charged | Declined:
            await shop.basket({mug: 2}, account)
            return await super().charge(payment_id, amount, token)

    shop.gateway = Shopping(shop.database, 0)
    completed = await shop.buy(basket, payment="decline")

    assert completed.declined is not None
    assert (await shop.cart(basket)).status == "ordered"
    assert await shop.stock(mug) == (5, 0)
    async with database.session() as session:
        assert await session.scalar(select(func.count()).where(Cart.status == "open")) == 1


def euros(amount: str, minor_units: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR", "minorUnits": minor_units}


async def test_an_order_keeps_who_bought_what(shop: Shop, factory: Factory) -> None:
    account = await factory.account(email="own@example.com")
    mug = await shop.variant(sku="MUG", name="Mug", price_minor=1250)
    basket = await shop.basket({mug: 2}, account)
    async with shop.transaction() as session:
        kept = Address(account_id=account, **vars(ADDRESS))
        session.add(kept)

    completed = await shop.buy(
        basket, email=None, address=None, address_id=kept.id, shipping_method="express"
    )

    order, _ = await shop.order(completed.order_id)
    assert (order.account_id, order.secret_hash) == (account, None)
    told = await shop.rows(select(Event.payload, Event.actor_id, Event.subjects).order_by(Event.id))
    placed, confirmed = (payload for payload, _, _ in told)
    assert confirmed == {
        "id": encode_id("order", order.id),
        "number": order.number,
        "status": "CONFIRMED",
        "version": 2,
        "placedAt": order.placed_at.isoformat().replace("+00:00", "Z"),
        "accountId": encode_id("account", account),
        "email": "own@example.com",
        "currency": "EUR",
        "subtotal": euros("25.00", 2500),
        "shipping": euros("12.90", 1290),
        "total": euros("37.90", 3790),
        "shippingMethod": "express",
        "shippingAddress": {to_camel(name): value for name, value in vars(ADDRESS).items()},
        "lines": [
            {
                "variantId": encode_id("variant", mug),
                "sku": "MUG",
                "name": "Mug",
                "quantity": 2,
                "unitPrice": euros("12.50", 1250),
                "total": euros("25.00", 2500),
            }
        ],
    }
    assert placed == confirmed | {"status": "PENDING", "version": 1}
    assert [(actor, subjects) for _, actor, subjects in told] == [
        (account, [mug]),
        (None, [mug]),
    ]


async def test_the_cart_must_be_the_viewers(shop: Shop, factory: Factory) -> None:
    basket = await shop.basket({await shop.variant(): 1})
    viewers = [
        ANONYMOUS,
        Viewer(cart_secret_hash=b"x" * 32),
        Viewer(await factory.account(), "customer"),
        Viewer(await factory.account(role="admin"), "admin"),
    ]

    found = [await refusals(shop, Basket(basket.id, viewer)) for viewer in viewers]

    assert [[type(error) for error in errors] for errors in found] == [[CartNotFound]] * 4


async def test_the_cart_must_not_be_empty(shop: Shop) -> None:
    mug = await shop.variant()
    basket = await shop.basket({mug: 1})
    async with shop.transaction() as session:
        await session.delete(await session.get_one(CartLine, (await _line(shop))))

    (error,) = await refusals(shop, basket)

    assert isinstance(error, CartEmpty)


async def _line(shop: Shop) -> Any:
    ((line_id,),) = await shop.rows(select(CartLine.id))
    return line_id


async def test_the_version_must_be_the_expected_one(shop: Shop) -> None:
    basket = await shop.basket({await shop.variant(): 1})

    (error,) = await refusals(shop, basket, expected_version=2)

    assert isinstance(error, VersionConflict)
    assert error.values["current"] == 1
    assert (await shop.buy(basket, expected_version=1)).declined is None


async def test_every_changed_price_is_told(shop: Shop) -> None:
    mug, lamp, tray = [await shop.variant(price_minor=price) for price in (100, 200, 300)]
    basket = await shop.basket({mug: 1, lamp: 1, tray: 1})
    async with shop.transaction() as session:
        for variant, price in ((mug, 150), (tray, 250)):
            await session.execute(
                update(Variant).where(Variant.id == variant).values(price_minor=price)
            )

    errors = await refusals(shop, basket)

    assert [
        (error.variant_id, error.values["was"], error.values["now"])
        for error in errors
        if isinstance(error, PriceChanged)
    ] == [
        (mug, Money(100, "EUR"), Money(150, "EUR")),
        (tray, Money(300, "EUR"), Money(250, "EUR")),
    ]


async def test_every_short_variant_is_told(shop: Shop) -> None:
    mug, lamp, tray = [await shop.variant(stock=stock) for stock in (0, 5, 1)]
    basket = await shop.basket({mug: 1, lamp: 5, tray: 2})

    errors = await refusals(shop, basket)

    assert [
        (error.variant_id, error.values["available"])
        for error in errors
        if isinstance(error, OutOfStock)
    ] == [(mug, 0), (tray, 1)]


async def test_what_is_not_sold_any_more_is_out_of_stock(shop: Shop) -> None:
    mug = await shop.variant(stock=5)
    basket = await shop.basket({mug: 1})
    async with shop.transaction() as session:
        await session.execute(update(Product).values(status="retired"))

    (error,) = await refusals(shop, basket)

    assert isinstance(error, OutOfStock)
    assert (error.variant_id, error.values["available"]) == (mug, 0)


async def test_the_shipping_method_must_be_there(shop: Shop) -> None:
    basket = await shop.basket({await shop.variant(): 1})

    (error,) = await refusals(shop, basket, shipping_method="drone")

    assert isinstance(error, ShippingMethodUnavailable)
    assert error.values["currency"] == "EUR"


async def test_the_address_must_be_the_accounts(shop: Shop, factory: Factory) -> None:
    account = await factory.account()
    basket = await shop.basket({await shop.variant(): 1}, account)
    async with shop.transaction() as session:
        others = Address(account_id=await factory.account(), **vars(ADDRESS))
        session.add(others)

    for address_id in (others.id, uuid4()):
        (error,) = await refusals(shop, basket, address=None, address_id=address_id)
        assert isinstance(error, AddressNotFound)


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"email": None}, "email"),
        ({"address": None}, "shippingAddress"),
        ({"address_id": uuid4()}, "shippingAddress"),
    ],
)
async def test_a_guest_must_say_where_it_goes(
    shop: Shop, changes: dict[str, Any], argument: str
) -> None:
    basket = await shop.basket({await shop.variant(): 1})

    (error,) = await refusals(shop, basket, **changes)

    assert isinstance(error, BadInput)
    assert error.values["argument"] == argument


async def test_the_email_must_be_one(shop: Shop) -> None:
    basket = await shop.basket({await shop.variant(): 1})

    (error,) = await refusals(shop, basket, email="ada@")

    assert isinstance(error, InvalidEmail)


async def test_a_cart_is_bought_once(shop: Shop) -> None:
    basket = await shop.basket({await shop.variant(): 1})
    first = await shop.buy(basket, "first")
    before = await shop.snapshot()

    with pytest.raises(CartAlreadyOrdered) as refused:
        await shop.buy(basket, "second")

    assert refused.value.order_id == first.order_id
    assert await shop.snapshot() == before
    assert await shop.charges() == [("charged", 1490)]


@pytest.mark.parametrize("token", ["success", "decline"])
async def test_the_same_key_gives_the_same_outcome(shop: Shop, token: str) -> None:
    basket = await shop.basket({await shop.variant(): 1})
    first = await shop.buy(basket, "key", payment=token)
    before = await shop.snapshot()

    again = await shop.buy(basket, "key", payment=token)

    assert again.order_id == first.order_id
    assert reason(again.declined) == reason(first.declined)
    assert await shop.snapshot() == before
    assert len(await shop.charges()) == 1


def reason(declined: PaymentDeclined | None) -> object:
    return declined and declined.values["reason"]


async def test_a_key_is_for_one_input(shop: Shop) -> None:
    basket = await shop.basket({await shop.variant(): 1})
    await shop.buy(basket, "key", payment="decline")
    before = await shop.snapshot()

    with pytest.raises(IdempotencyKeyReusedError):
        await shop.buy(basket, "key")

    assert await shop.snapshot() == before


async def test_a_refusal_that_changed_nothing_is_not_kept(shop: Shop, database: Database) -> None:
    basket = await shop.basket({await shop.variant(stock=1, price_minor=700): 1})
    await refusals(shop, basket, key="key", shipping_method="drone")
    async with database.session() as session:
        assert await session.scalar(select(func.count(IdempotencyRecord.key))) == 0

    assert (await shop.buy(basket, "key")).declined is None


async def test_thirty_lines_cost_the_statements_of_two(
    shop: Shop, all_statements: list[str]
) -> None:
    costs = []
    for lines in (2, 30):
        basket = await shop.basket({await shop.variant(): 1 for _ in range(lines)})
        all_statements.clear()
        await shop.buy(basket, f"key-{lines}")
        costs.append(len(all_statements))

    assert costs == [14, 14]
