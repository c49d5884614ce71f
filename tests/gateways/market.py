"""A small shop in which every type of the graph has some object, and each caller sees a part."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Table, select

from core.database import Database
from core.document_store import Document
from core.ids import encode_id
from core.settings import Settings
from core.tokens import AccessTokens
from core.viewer import ANONYMOUS
from execution.cost import CEILING
from models import Account, Base, Product, Variant
from search.factory import open_search
from services.api_keys import PUBLISH, WEBHOOKS
from services.catalog import recording
from services.event_types import PRODUCT_CHANGED
from tasks.sequencer import sequence
from tests.buying import Shop
from tests.factories import Factory
from tests.gateways.payloads import mutation_of

SECRET = "opens a guest's cart"  # noqa: S105 - of these tests only.
SECRET_HASH = hashlib.sha256(SECRET.encode()).digest()
STATUSES = ("pending", "confirmed", "shipped", "delivered", "cancelled")
# The prefixes of public ids, and the tables whose rows have them.
ENTITIES: dict[str, Table] = {
    "account": Base.metadata.tables["accounts"],
    "address": Base.metadata.tables["addresses"],
    "cart": Base.metadata.tables["carts"],
    "cart_line": Base.metadata.tables["cart_lines"],
    "category": Base.metadata.tables["categories"],
    "event": Base.metadata.tables["events"],
    "order": Base.metadata.tables["orders"],
    "product": Base.metadata.tables["products"],
    "variant": Base.metadata.tables["variants"],
    "webhook": Base.metadata.tables["webhook_endpoints"],
}


@dataclass(frozen=True)
class Market:
    """What there is to ask for, and the headers of those who ask.

    `ids` holds by prefix all public ids of the shop, and one that it does not know; `delivery` is
    the id of what an endpoint took. The partner may publish documents and keep endpoints of
    webhooks, and nothing else.
    """

    ids: Mapping[str, list[str]]
    delivery: str
    slugs: list[str]
    skus: list[str]
    emails: list[str]
    callers: Mapping[str, Mapping[str, str]]
    partner: Mapping[str, str]


def roomy(settings: Settings) -> Settings:
    """Return settings under which whatever a payload leads to may be asked for at once.

    Each process counts the cost of what it is asked, which is a part behind a gateway.
    """
    own = {
        "access_token_minutes": 60,
        "budget_per_minute": CEILING,
        "maximum_cost": CEILING,
        "maximum_fields": 2000,
        "maximum_tokens": 5000,
        "staff_budget_per_minute": CEILING,
        "staff_maximum_cost": CEILING,
    }
    return settings.model_copy(update=own)


async def open_market(settings: Settings, database: Database) -> Market:
    factory = Factory(database)
    people = await _accounts(factory)
    variants = await _catalogue(factory, people)
    await _change_products(database)
    await _sales(Shop(database, factory), variants, people["customer"])
    wanted = {"filter": {"currency": "EUR"}, "types": ["order.placed"]}
    delivery = await factory.webhook_delivery(await factory.webhook("acme", **wanted))
    await factory.webhook_delivery(await factory.webhook("bolt", **wanted))
    search = open_search(settings, database)
    await search.reindex(lambda _done: None)
    await search.close()
    ids = {prefix: await _ids(database, prefix, table) for prefix, table in ENTITIES.items()}
    return Market(
        ids,
        encode_id("delivery", delivery),
        slugs=[*await _column(database, Product.slug), "category-1", "category-3"],
        skus=await _column(database, Variant.sku),
        emails=await _column(database, Account.email),
        callers=_callers(settings, people),
        partner={"X-API-Key": await _partner_key(factory)},
    )


async def _partner_key(factory: Factory) -> str:
    for name, given in {
        "documentsPublish": ["operations"],
        "webhookEndpointCreate": ["url", "ownerEmail", "filter"],
        "webhookEndpointDelete": ["id"],
    }.items():
        document = Document("Everything", "mutation", mutation_of(name, given))
        await factory.documents("acme", document)
    return await factory.api_key("acme", PUBLISH, WEBHOOKS)


async def _accounts(factory: Factory) -> dict[str, UUID]:
    people = {
        name: await factory.account(role=role)
        for name, role in {
            "customer": "customer",
            "another customer": "customer",
            "merchant": "merchant",
            "another merchant": "merchant",
            "admin": "admin",
        }.items()
    }
    for _ in range(3):
        await factory.address(account=people["customer"])
    return people


def _callers(settings: Settings, people: Mapping[str, UUID]) -> dict[str, dict[str, str]]:
    tokens = AccessTokens.of(settings)
    callers = {"anonymous": {}, "guest": {"X-Cart-Secret": SECRET}}
    for name, account in people.items():
        role = name.rpartition(" ")[2]
        callers[name] = {"Authorization": f"Bearer {tokens.issue(account, role).text}"}
    # Somebody who has logged in and not yet lost the cart of before.
    callers["customer with a secret"] = callers["another customer"] | callers["guest"]
    return callers


async def _catalogue(factory: Factory, people: Mapping[str, UUID]) -> list[UUID]:
    """Write products of two merchants and of the shop, and return the variants on sale."""
    await factory.attribute("material")
    await factory.attribute("volume", kind="NUMBER")
    await factory.attribute("dishwasher_safe", kind="BOOLEAN")
    attributes = {"material": ["clay", "glass"], "volume": ["0.3"], "dishwasher_safe": ["yes"]}
    root = await factory.category()
    leaf = await factory.category(parent=await factory.category(parent=root))
    options = [{"name": "Colour", "value": "blue"}]
    variants = []
    for merchant, category in (("merchant", leaf), ("another merchant", root), (None, leaf)):
        owner = people[merchant] if merchant else None
        for status in ("active", "active", "draft", "retired"):
            product = await factory.product(
                category=category, merchant_id=owner, status=status, attributes=attributes
            )
            await factory.media(product=product)
            added = [
                await factory.variant(product=product, stock=stock, options=options)
                for stock in (500, 0)
            ]
            variants += added[:1] if status == "active" else []
    return variants


async def _sales(shop: Shop, variants: list[UUID], customer: UUID) -> None:
    """Write carts and orders: of the customer, and of the guest who has the secret."""
    lines = {variant: number for number, variant in enumerate(variants, start=1)}
    first, *others = variants
    for owner in ({"account_id": customer}, {"secret_hash": SECRET_HASH}):
        for status in STATUSES:
            await shop.factory.order(lines, status=status, **owner)
        await shop.factory.order({first: 1}, **owner)
    await shop.basket(lines, account=customer)
    await shop.basket(dict.fromkeys(others, 1), secret=SECRET)


async def _change_products(database: Database) -> None:
    """Tell in the log that every product changed."""
    products = await _column(database, Product.id)
    async with database.session.begin() as session:
        await recording.record(session, ANONYMOUS, PRODUCT_CHANGED, products)
    await sequence(database, {})


async def _ids(database: Database, prefix: str, table: Table) -> list[str]:
    found = await _column(database, table.c.id)
    return [encode_id(prefix, uuid) for uuid in [*found, uuid4()]]


async def _column(database: Database, column: Any) -> list[Any]:
    return [row[0] for row in await database.fetch(select(column).order_by(column), {})]
