"""The shop whose objects are shown to all callers in the tests of authorisation."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert, select, update

from core.database import Database
from core.ids import encode_id
from models import Cart, CartLine, Event, EventCounter, Product
from tests.buying import Shop
from tests.factories import Factory
from tests.schema.authorisation import EXPIRY, WHEN
from tests.schema.sales import SECRET, SECRET_HASH, Sale


@dataclass(frozen=True)
class Exhibition:
    """The public id of each exhibit, and the sale that everybody has to do with or not."""

    ids: dict[str, str]
    sale: Sale


async def open_exhibition(factory: Factory) -> Exhibition:
    buyer = await factory.account(
        email="buyer@example.com", name="Bo", created_at=datetime.fromisoformat(WHEN)
    )
    merchants = (
        await factory.account(role="merchant", email="merchant@example.com"),
        await factory.account(role="merchant"),
    )
    ids = await _catalogue(factory, merchants[0])
    ids |= await _purchases(factory, ids, buyer, merchants[1])
    ids["webhook"] = await _webhook(factory)
    ids |= await _events(factory.database, ids["order"], buyer)
    await _set_times(factory.database)
    public = {
        "account": encode_id("account", buyer),
        "merchant": encode_id("account", merchants[0]),
    }
    prefixes = {"guest_cart": "cart", "guest_line": "cart_line", "line": "cart_line"}
    prefixes |= {"retired": "product", "retired_variant": "variant", "private_event": "event"}
    public |= {name: encode_id(prefixes.get(name, name), id_) for name, id_ in ids.items()}
    return Exhibition(public, Sale(ids["order"], buyer, merchants))


async def _catalogue(factory: Factory, merchant: UUID) -> dict[str, UUID]:
    home = await factory.category(slug="home", name="Home")
    kitchen = await factory.category(slug="kitchen", name="Kitchen", parent=home)
    await factory.category(slug="cups", name="Cups", parent=kitchen)
    await factory.attribute("glaze")
    mug = await factory.product(
        category=kitchen,
        merchant_id=merchant,
        slug="mug",
        name="Mug",
        description="For tea.",
        brand="Pot & Co",
        released_on=date(2026, 1, 31),
        attributes={"glaze": ["blue"]},
    )
    await factory.media(product=mug, url="http://pictures/mug.svg")
    variant = await factory.variant(
        product=mug,
        sku="MUG",
        name="Mug, S",
        mpn="M-1",
        eans=["4006381333931"],
        options=[{"name": "size", "value": "S"}],
        price_minor=1990,
    )
    relic = await factory.product(
        category=kitchen, merchant_id=merchant, slug="relic", status="retired"
    )
    retired = await factory.variant(product=relic, sku="RELIC")
    ids = {"category": kitchen, "product": mug, "variant": variant}
    return ids | {"retired": relic, "retired_variant": retired}


async def _purchases(
    factory: Factory, ids: dict[str, UUID], buyer: UUID, other_merchant: UUID
) -> dict[str, UUID]:
    shop = Shop(factory.database, factory)
    address = await factory.address(
        account=buyer,
        recipient="Bo",
        line1="Main Street 1",
        line2="Back",
        postal_code="53111",
        city="Bonn",
        region="NW",
    )
    cart = await shop.basket({ids["variant"]: 2}, account=buyer)
    guest_cart = await shop.basket({ids["variant"]: 1}, secret=SECRET)
    lines: dict[UUID, UUID] = dict(await shop.rows(select(CartLine.cart_id, CartLine.id)))
    others = await shop.variant(merchant=other_merchant)
    order = await factory.order(
        {ids["retired_variant"]: 1, others: 1},
        number=7,
        account_id=buyer,
        secret_hash=SECRET_HASH,
        email="bo@example.com",
        placed_at=datetime.fromisoformat(WHEN),
        shipping_address=ADDRESS,
    )
    nobodys = hashlib.sha256(b"nobody's").digest()
    await factory.order({await shop.variant(): 1}, number=8, secret_hash=nobodys)
    carts = {"cart": cart.id, "guest_cart": guest_cart.id}
    carts |= {"line": lines[cart.id], "guest_line": lines[guest_cart.id]}
    return carts | {"address": address, "order": order}


async def _webhook(factory: Factory) -> UUID:
    when = datetime.fromisoformat(WHEN)
    webhook = await factory.webhook(
        url="https://acme.example/hook",
        owner_email="ops@acme.example",
        types=["order.placed"],
        filter={"currency": "EUR"},
        document="query ($event: ID!) { node(id: $event) { id } }",
        status="disabled",
        failures=3,
        failing_since=when,
        paused_until=when,
        previous_secret_until=when,
        created_at=when,
    )
    await factory.webhook_delivery(webhook)
    return webhook


async def _events(database: Database, order: UUID, buyer: UUID) -> dict[str, UUID]:
    """Write one event of the order, and one that is private."""
    told = {"actor_id": buyer, "correlation_id": "a request", "sequence": 1}
    told |= {"occurred_at": datetime.fromisoformat(WHEN)}
    placed = {"position": 1, "type": "order.placed", "payload": {"number": 7}}
    registered = {"position": 2, "type": "account.registered", "payload": {}}
    placed |= {"aggregate_type": "order", "aggregate_id": order}
    registered |= {"aggregate_type": "account", "aggregate_id": buyer}
    statement = insert(Event).returning(Event.id, sort_by_parameter_order=True)
    async with database.session.begin() as session:
        made = await session.scalars(statement, [told | placed, told | registered])
        await session.execute(update(EventCounter).values(last_position=2))
        return dict(zip(("event", "private_event"), made, strict=True))


ADDRESS = {
    "recipient": "Bo",
    "line1": "Main Street 1",
    "line2": "",
    "postal_code": "53111",
    "city": "Bonn",
    "region": "",
    "country_code": "DE",
}


async def _set_times(database: Database) -> None:
    when = datetime.fromisoformat(WHEN)
    async with database.session.begin() as session:
        await session.execute(update(Product).values(created_at=when, updated_at=when))
        await session.execute(update(Cart).values(expires_at=datetime.fromisoformat(EXPIRY)))
