"""What each handler does about its event."""

import hashlib
import re
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from core.database import Database
from core.settings import Settings
from models import Account, Event, PasswordReset, Product
from search.port import SearchFilter, SearchRequest
from services.webhooks.fan_out import DELIVER_WEBHOOK
from tasks.effects import perform
from tasks.handlers import HANDLERS, WANTED
from tasks.resources import Resources
from tasks.sequencer import sequence
from tests.buying import Shop
from tests.factories import Factory
from tests.tasks.log import Log
from tests.tasks.orders import ORDER
from tests.tasks.webhooks import mails

pytestmark = pytest.mark.anyio


async def follow(resources: Resources, log: Log) -> None:
    """Do what a worker would about all that happened."""
    while await sequence(log.database, WANTED) is not None:
        pass
    for effect in await log.pending():
        await perform(resources, effect, 0)
    assert await log.is_done()


async def found(resources: Resources, *, in_stock: bool = False) -> set[UUID]:
    request = SearchRequest(filter=SearchFilter(in_stock=in_stock))
    return {hit.id for hit in (await resources.search.search(request)).hits}


@pytest.mark.parametrize(
    ("event_type", "subject"),
    [
        ("order.confirmed", "Your order 100001 is confirmed"),
        ("order.shipped", "Your order 100001 is on its way"),
    ],
)
async def test_an_order_is_told_to_who_placed_it(
    resources: Resources, settings: Settings, log: Log, event_type: str, subject: str
) -> None:
    event = await log.record(event_type, **ORDER)
    await follow(resources, log)

    (mail,) = mails(settings)
    assert (mail["To"], mail["Subject"]) == ("asa@home.example", subject)
    happened = await log.database.fetch(select(Event.occurred_at).where(Event.id == event), {})
    assert mail["Date"].datetime == happened[0][0].replace(microsecond=0)


async def test_a_bought_order_carries_what_its_mail_needs(
    resources: Resources, settings: Settings, database: Database, factory: Factory, log: Log
) -> None:
    shop = Shop(database, factory)
    variant = await shop.variant(price_minor=1250, name="Wool socks")
    await shop.buy(await shop.basket({variant: 2}))
    await follow(resources, log)

    (mail,) = mails(settings)
    assert mail["To"] == "ada@example.com"
    text = next(mail.iter_parts()).get_content()
    assert "2 x Wool socks: 25.00 EUR\r\nShipping: 4.90 EUR\r\nTotal: 29.90 EUR\r\n" in text
    assert "Ada Example\r\nHigh Street 1\r\n12345 Springfield\r\nDE\r\n" in text


async def test_a_sold_out_product_is_no_longer_found_in_stock(
    resources: Resources, database: Database, factory: Factory, log: Log
) -> None:
    shop = Shop(database, factory)
    variant = await shop.variant(stock=2)
    (product,) = (await database.fetch(select(Product.id), {}))[0]
    await resources.search.index([product])
    assert await found(resources, in_stock=True) == {product}
    await shop.buy(await shop.basket({variant: 2}))
    await follow(resources, log)

    assert await found(resources, in_stock=True) == set()
    assert await found(resources) == {product}


async def test_a_forgotten_password_is_mailed_a_token_that_is_kept_as_its_hash(
    resources: Resources, settings: Settings, factory: Factory, log: Log
) -> None:
    account = await factory.account(email="asa@home.example")
    await log.record("account.password_reset_requested", account)
    await follow(resources, log)

    (mail,) = mails(settings)
    assert (mail["To"], mail["Subject"]) == ("asa@home.example", "Choose a new password")
    token = re.findall(r"^([\w-]{43})\r$", next(mail.iter_parts()).get_content(), re.MULTILINE)
    kept = await log.database.fetch(select(PasswordReset.token_hash, PasswordReset.account_id), {})
    assert kept == [(hashlib.sha256(token[0].encode()).digest(), account)]


async def test_an_account_that_is_gone_is_mailed_nothing(
    resources: Resources, settings: Settings, factory: Factory, log: Log
) -> None:
    account = await factory.account()
    await log.record("account.password_reset_requested", account)
    async with log.database.session.begin() as session:
        await session.execute(delete(Account))
    await follow(resources, log)

    assert mails(settings) == []


@pytest.mark.parametrize(
    "event_type",
    [
        "product.created",
        "product.changed",
        "product.published",
        "product.price_changed",
        "product.stock_changed",
    ],
)
async def test_a_changed_product_is_indexed(
    resources: Resources, factory: Factory, log: Log, event_type: str
) -> None:
    product = await factory.product()
    await log.record(event_type, product)
    await follow(resources, log)

    assert await found(resources) == {product}


async def test_a_retired_product_leaves_the_index(
    resources: Resources, factory: Factory, log: Log
) -> None:
    product = await factory.product()
    await resources.search.index([product])
    async with log.database.session.begin() as session:
        await session.execute(update(Product).values(status="retired"))
    await log.record("product.retired", product)
    await follow(resources, log)

    assert await found(resources) == set()


def test_every_wanted_handler_is_known() -> None:
    wanted = {each.name for handlers in WANTED.values() for each in handlers}
    assert wanted | {DELIVER_WEBHOOK} == HANDLERS.keys()
