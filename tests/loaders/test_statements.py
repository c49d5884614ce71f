"""A statement that was made for one run serves the next, which gets its own rows by it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import ARRAY
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.sql.type_api import TypeEngine

from core.database import Database
from core.reads import Context, Page, PageRequest, Row
from core.viewer import ANONYMOUS, PartnerKey, Viewer
from loaders.accounts import accounts_by_id, addresses_by_account
from loaders.carts import cart_lines_by_cart, cart_of_viewer, carts_by_id
from loaders.effects import effects
from loaders.event_log import Aggregate, EventFilter, page_of_events
from loaders.orders import OrderFilter, orders_by_id, orders_for_staff
from loaders.product_details import media_by_product
from loaders.products import ProductFilter, ProductSort, all_products, products_by_category
from loaders.variants import variants_by_id, variants_by_product
from loaders.webhooks import webhook_endpoints
from models import ProductStatus
from services.api_keys import WEBHOOKS
from services.carts import LineAddition, create_anonymous, create_for_account
from tasks.sequencer import sequence
from tests.factories import Factory
from tests.tasks.log import Log

pytestmark = pytest.mark.anyio

CaseT = TypeVar("CaseT")

ID = frozenset({"id"})
TEN = PageRequest(10)


class Reader:
    """Whoever reads, at an address of the shop's."""

    def __init__(
        self, database: Database, viewer: Viewer = ANONYMOUS, url: str = "http://shop"
    ) -> None:
        self.fetch, self.viewer, self.public_url = database.fetch, viewer, url


def only_the_first_is_compiled(compiled: list[str], cases: Iterable[CaseT]) -> Iterator[CaseT]:
    """Yield cases, and hold that all the others are served by the statements of the first."""
    for number, case in enumerate(cases):
        yield case
        if number == 0:
            compiled.clear()
        assert compiled == []


def ids(page: Page[Any]) -> list[UUID]:
    return [row.id for row in page.rows]


def found(rows: Sequence[Any]) -> list[UUID | None]:
    return [row and row.id for row in rows]


def only(keys: Sequence[UUID], own: UUID) -> list[UUID | None]:
    return [key if key == own else None for key in keys]


async def of_category(context: Context, category: UUID, **page: Any) -> list[UUID]:
    request, sort = PageRequest(**{"first": 10} | page), ProductSort.NAME
    (found,) = await products_by_category(
        context, [category], columns=ID, page=request, filter=None, sort=sort
    )
    return ids(found)


async def listed(
    context: Context, sort: ProductSort = ProductSort.NAME, **parts: Any
) -> list[UUID]:
    wanted = ProductFilter(**parts)
    return ids(await all_products(context, columns=ID, page=TEN, filter=wanted, sort=sort))


async def test_products_of_filters(
    database: Database, factory: Factory, compiled: list[str]
) -> None:
    here, there = await factory.category(), await factory.category()
    cup = await factory.product(
        category=here, name="Cup", brand="Acme", price_from_minor=0, price_to_minor=0
    )
    mug = await factory.product(category=there, name="Mug", brand="Bolt", price_from_minor=900)
    reader = Reader(database)

    assert await listed(reader, category=here) == [cup]
    assert await listed(reader, brands=("Acme",)) == [cup]
    assert await listed(reader, price_from=1) == [mug]
    assert await listed(reader, price_from=1, price_to=899) == []
    assert await listed(reader, ProductSort.PRICE_ASC) == [cup, mug]
    assert await of_category(reader, here) == [cup]
    compiled.clear()

    assert await listed(reader, category=there) == [mug]
    assert await listed(reader, brands=("Bolt", "Acme")) == [cup, mug]
    assert await listed(reader, price_from=0) == [cup, mug]
    assert await listed(reader, price_from=0, price_to=0) == [cup]
    assert await of_category(reader, there) == [mug]
    assert compiled == []


async def test_products_after_cursors(
    database: Database, factory: Factory, compiled: list[str]
) -> None:
    made = [await factory.product(name=name, price_from_minor=5) for name in "abcd"]
    reader, sort, seen = Reader(database), ProductSort.PRICE_ASC, list[UUID]()
    first = await all_products(reader, columns=ID, page=PageRequest(1), filter=None, sort=sort)
    after = first.cursor(first.rows[0])
    for number in only_the_first_is_compiled(compiled, (1, 2, 3)):
        page = PageRequest(1, after)
        found = await all_products(reader, columns=ID, page=page, filter=None, sort=sort)
        after, seen = found.cursor(found.rows[0]), seen + ids(found)
        assert (found.has_previous, found.has_next) == (True, number < 3)

    assert ids(first) + seen == made


async def test_pages_of_other_sizes_and_totals(database: Database, factory: Factory) -> None:
    made = [await factory.product(name=name) for name in "abc"]
    reader, sort = Reader(database), ProductSort.NAME
    sizes = [(2, True, False), (3, True, True), (1, True, True), (1, False, True)]
    for first, rows, total in sizes:
        page = PageRequest(first, rows=rows, total=total)
        found = await all_products(reader, columns=ID, page=page, filter=None, sort=sort)
        assert ids(found) == (made[:first] if rows else [])
        assert found.has_next is (rows and first < 3)
        assert found.total == (3 if total else None)


async def test_drafts_of_merchants(
    database: Database, factory: Factory, compiled: list[str]
) -> None:
    owners = [await factory.account(role="merchant") for _ in range(2)]
    drafts = [await factory.product(merchant_id=owner, status="draft") for owner in owners]
    made = [await factory.variant(product=draft) for draft in drafts]
    for number in only_the_first_is_compiled(compiled, range(2)):
        reader = Reader(database, Viewer(owners[number], "merchant"))
        own = only(made, made[number])
        assert found(await variants_by_id(reader, made, columns=ID)) == own
        pages = await variants_by_product(reader, drafts, columns=ID, page=TEN)
        assert [ids(page) for page in pages] == [[each] if each else [] for each in own]
        assert await listed(reader, statuses=(ProductStatus.DRAFT,)) == [drafts[number]]

    assert await variants_by_id(Reader(database), made, columns=ID) == [None, None]


async def test_carts_of_secrets_and_accounts(
    database: Database, factory: Factory, compiled: list[str]
) -> None:
    owner, secrets = await factory.account(), (b"1" * 32, b"2" * 32)
    lines = [LineAddition(await factory.variant(product=await factory.product()), 1)]
    async with database.session.begin() as session:
        carts = [await create_anonymous(session, secret, lines) for secret in secrets]
        carts += [await create_for_account(session, owner, lines)]
    made = [cart["cart_id"] for cart in carts]
    viewers = [*(Viewer(cart_secret_hash=secret) for secret in secrets), Viewer(owner, "customer")]
    for number in only_the_first_is_compiled(compiled, range(3)):
        reader, cart = Reader(database, viewers[number]), made[number]
        assert found([await cart_of_viewer(reader, columns=ID)]) == [cart]
        assert found(await carts_by_id(reader, made, columns=ID)) == only(made, cart)
        pages = await cart_lines_by_cart(reader, made, columns=ID, page=TEN)
        assert [len(page.rows) for page in pages] == [int(each == cart) for each in made]

    assert await carts_by_id(Reader(database), made, columns=ID) == [None] * 3


async def test_orders_of_accounts_and_of_staff(
    database: Database, factory: Factory, compiled: list[str]
) -> None:
    mug = await factory.variant(product=await factory.product())
    buyers, states = [await factory.account() for _ in range(2)], ("shipped", "confirmed")
    made = [
        await factory.order({mug: 1}, account_id=buyer, status=status)
        for buyer, status in zip(buyers, states, strict=True)
    ]
    admin = Reader(database, Viewer(await factory.account(role="admin"), "admin"))
    for number in only_the_first_is_compiled(compiled, range(2)):
        buyer, order = Reader(database, Viewer(buyers[number], "customer")), made[number]
        assert found(await orders_by_id(buyer, made, columns=ID)) == only(made, order)
        wanted = OrderFilter(states[number])
        assert ids(await orders_for_staff(admin, columns=ID, page=TEN, filter=wanted)) == [order]


async def test_accounts_and_addresses(
    database: Database, factory: Factory, compiled: list[str]
) -> None:
    owners = [await factory.account() for _ in range(2)]
    made = [await factory.address(account=owner) for owner in owners]
    for number in only_the_first_is_compiled(compiled, range(2)):
        reader = Reader(database, Viewer(owners[number], "customer"))
        own = await accounts_by_id(reader, owners, columns=ID)
        assert found(own) == only(owners, owners[number])
        pages = await addresses_by_account(reader, owners, columns=ID, page=TEN)
        addresses = only(made, made[number])
        assert [ids(page) for page in pages] == [[each] if each else [] for each in addresses]

    assert await accounts_by_id(Reader(database), owners, columns=ID) == [None, None]


async def test_addresses_of_pictures(
    database: Database, factory: Factory, compiled: list[str]
) -> None:
    product = await factory.product()
    await factory.media(product=product, url="/mug.png")
    for url in only_the_first_is_compiled(compiled, ("http://one", "http://two")):
        reader, columns = Reader(database, url=url), frozenset({"url"})
        (page,) = await media_by_product(reader, [product], columns=columns, page=TEN)
        assert [row.url for row in page.rows] == [f"{url}/mug.png"]


async def test_events_of_filters(database: Database, factory: Factory, compiled: list[str]) -> None:
    admin = Reader(database, Viewer(await factory.account(role="admin"), "admin"))
    types = ("product.created", "product.deleted")
    products = [await factory.product() for _ in types]
    made = [
        await Log(database).record(type_, product)
        for type_, product in zip(types, products, strict=True)
    ]
    await sequence(database, {})

    async def about(**wanted: Any) -> list[UUID]:
        return ids(await page_of_events(admin, EventFilter(**wanted), columns=ID, page=TEN))

    for number in only_the_first_is_compiled(compiled, range(2)):
        assert await about(aggregate=Aggregate("product", products[number])) == [made[number]]
        assert await about(types=(types[number],)) == [made[number]]


async def test_endpoints_of_clients(
    database: Database, factory: Factory, compiled: list[str]
) -> None:
    made = {client: await factory.webhook(client) for client in ("acme", "bolt")}
    admin = Reader(database, Viewer(await factory.account(role="admin"), "admin"))
    for client in only_the_first_is_compiled(compiled, made):
        partner = Viewer(key=PartnerKey(made[client], client, frozenset([WEBHOOKS])))
        for reader, wanted in ((Reader(database, partner), None), (admin, client)):
            page = await webhook_endpoints(reader, columns=ID, page=TEN, client=wanted)
            assert ids(page) == [made[client]]


async def test_effects_of_states(database: Database, factory: Factory, compiled: list[str]) -> None:
    await factory.dead_effect()
    admin = Reader(database, Viewer(await factory.account(role="admin"), "admin"))
    for status, count in only_the_first_is_compiled(compiled, (("dead", 1), ("done", 0))):
        for reader, seen in ((admin, count), (Reader(database), 0)):
            found = await effects(reader, columns=ID, page=TEN, status=status)
            assert len(found.rows) == seen


def rows() -> list[type[Row]]:
    return [row for row in Row.__subclasses__() if row.__module__.startswith("loaders.")]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.__name__)
def test_what_the_driver_gives_is_what_rows_hold(row: type[Row]) -> None:
    """No type of a column has a step of SQLAlchemy's between the driver's value and the row's."""
    postgresql = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped.
    for column in row.columns.values():
        type_: TypeEngine[Any] = column.type
        if isinstance(type_, ARRAY):
            type_ = type_.item_type
        assert type_.dialect_impl(postgresql).result_processor(postgresql, None) is None
