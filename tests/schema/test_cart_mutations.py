"""Carts as clients change them: payloads, refusals, keys, and who may."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from core.database import Database
from core.ids import encode_id
from models import Product
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.cart_documents import (
    ADD,
    CLEAR,
    CREATE,
    REMOVE,
    UPDATE,
    contents,
    done,
    line,
    refused,
    run,
    stored,
)
from tests.schema.conftest import Execute

pytestmark = pytest.mark.anyio


@pytest.fixture
async def mug(factory: Factory) -> UUID:
    product = await factory.product(slug="mug")
    return await factory.variant(product=product, sku="MUG", stock=50)


@pytest.fixture
async def lamp(factory: Factory) -> UUID:
    return await factory.variant(product=await factory.product(), sku="LAMP", stock=50)


async def test_a_whole_life_of_a_cart(graph: Graph, mug: UUID, lamp: UUID) -> None:
    holder = graph.holding((await run(graph, CREATE))["secret"])
    cart = await done(holder, ADD, lines=[line(mug, 2), line(lamp)], version=1)
    assert (cart["version"], cart["itemCount"]) == (2, 3)
    first, second = (node["id"] for node in cart["lines"]["nodes"])

    cart = await done(holder, UPDATE, lines=[{"line": first, "quantity": 5}], version=2)
    assert (cart["version"], contents(cart)) == (3, {"MUG": 5, "LAMP": 1})
    cart = await done(holder, REMOVE, cart=cart["id"], lines=[first])
    assert (cart["version"], contents(cart)) == (4, {"LAMP": 1})
    cart = await done(holder, UPDATE, lines=[{"line": second, "quantity": 0}])
    assert (cart["version"], contents(cart)) == (5, {})
    await done(holder, ADD, lines=[line(mug)])
    cart = await done(holder, CLEAR, version=6)
    assert (cart["version"], contents(cart)) == (7, {})


async def test_adding_opens_the_cart_of_an_account(as_account: AsAccount, mug: UUID) -> None:
    cart = await done(await as_account(), ADD, lines=[line(mug, 3)])

    assert contents(cart) == {"MUG": 3}


async def test_adding_under_a_key_happens_once(graph: Graph, mug: UUID) -> None:
    holder = graph.holding((await run(graph, CREATE))["secret"])
    first = await done(holder, ADD, lines=[line(mug)], key="once")

    assert await done(holder, ADD, lines=[line(mug)], key="once") == first
    assert (first["version"], contents(first)) == (2, {"MUG": 1})


async def test_a_mutation_after_another_sees_its_change(graph: Graph, mug: UUID) -> None:
    holder = graph.holding((await run(graph, CREATE))["secret"])
    data = await holder.data(
        """mutation ($lines: [CartLineInput!]!) {
            one: cartLinesAdd(lines: $lines) { cart { version itemCount } }
            two: cartLinesAdd(lines: $lines) { cart { version itemCount } }
        }""",
        lines=[line(mug)],
    )

    assert data == {
        "one": {"cart": {"version": 2, "itemCount": 1}},
        "two": {"cart": {"version": 3, "itemCount": 2}},
    }


@pytest.mark.parametrize("kind", ["anonymous", "wrong secret", "customer", "merchant", "admin"])
async def test_nobody_changes_the_cart_of_another(
    graph: Graph, as_account: AsAccount, database: Database, mug: UUID, kind: str
) -> None:
    carts = [
        await done(graph, CREATE, lines=[line(mug)]),
        await done(await as_account(), CREATE, lines=[line(mug)]),
    ]
    callers = {"anonymous": graph, "wrong secret": graph.holding("another")}
    caller = callers.get(kind) or await as_account(kind)
    before = await stored(database)
    refusals = []
    for cart in carts:
        [node], chosen = cart["lines"]["nodes"], {"cart": cart["id"]}
        change = [{"line": node["id"], "quantity": 2}]
        refusals += [
            await refused(caller, ADD, **chosen, lines=[line(mug)]),
            await refused(caller, UPDATE, **chosen, lines=change),
            await refused(caller, REMOVE, **chosen, lines=[node["id"]]),
            await refused(caller, CLEAR, **chosen),
        ]

    assert refusals == [
        {"__typename": "CartNotFound", "code": "CART_NOT_FOUND", "path": ["cart"]}
    ] * len(refusals)
    assert await stored(database) == before


async def test_an_anonymous_viewer_without_a_cart_is_told_so(graph: Graph, mug: UUID) -> None:
    refusal = await refused(graph, ADD, lines=[line(mug)])

    assert refusal["code"] == "CART_NOT_FOUND"


async def test_refusals_carry_what_a_client_needs(
    graph: Graph, database: Database, factory: Factory, mug: UUID
) -> None:
    dollars = await factory.product(currency="USD")
    dollar = await factory.variant(product=dollars, currency="USD")
    holder = graph.holding((await run(graph, CREATE, lines=[line(mug)]))["secret"])
    before = await stored(database)
    refusals = [
        await refused(holder, ADD, lines=[line(mug)], version=1, key="not kept"),
        await refused(holder, ADD, lines=[line(mug), line(uuid4())], key="not kept"),
        await refused(holder, ADD, lines=[line(mug, 50)]),
        await refused(holder, ADD, lines=[line(mug, 0)]),
        await refused(holder, ADD, lines=[line(dollar)]),
        await refused(holder, ADD, lines=[line(mug)] * 101),
        await refused(holder, REMOVE, lines=[encode_id("cart_line", uuid4())]),
    ]

    assert refusals == [
        {
            "__typename": "VersionConflict",
            "code": "VERSION_CONFLICT",
            "path": ["expectedVersion"],
            "current": 2,
        },
        {"__typename": "VariantNotFound", "code": "VARIANT_NOT_FOUND", "path": ["lines", "1"]},
        {
            "__typename": "OutOfStock",
            "code": "OUT_OF_STOCK",
            "path": ["lines", "0", "quantity"],
            "available": 50,
            "variant": {"sku": "MUG"},
        },
        {
            "__typename": "QuantityOutOfRange",
            "code": "QUANTITY_OUT_OF_RANGE",
            "path": ["lines", "0", "quantity"],
            "minimum": 1,
            "maximum": 999,
        },
        {
            "__typename": "CurrencyMismatch",
            "code": "CURRENCY_MISMATCH",
            "path": ["lines", "0"],
            "cartCurrency": "EUR",
            "variantCurrency": "USD",
        },
        {
            "__typename": "TooManyLines",
            "code": "TOO_MANY_LINES",
            "path": ["lines"],
            "maximum": 100,
        },
        {"__typename": "CartLineNotFound", "code": "CART_LINE_NOT_FOUND", "path": ["lines", "0"]},
    ]
    assert await stored(database) == before


async def test_an_article_that_is_retired_cannot_be_added(
    as_account: AsAccount, mug: UUID, execute: Execute
) -> None:
    await execute(update(Product).values(status="draft"))
    for role in ("customer", "merchant", "admin"):
        refusal = await refused(await as_account(role), ADD, lines=[line(mug)])
        assert refusal["code"] == "VARIANT_NOT_FOUND"


@pytest.mark.parametrize(
    ("document", "variables", "argument"),
    [
        (ADD, {"lines": [{"variant": "cart_01h455vb4pex5vsknk084sn02q"}]}, "lines"),
        (ADD, {"cart": "mug", "lines": []}, "cart"),
        (UPDATE, {"lines": [{"line": "mug", "quantity": 1}]}, "lines"),
        (REMOVE, {"lines": [encode_id("cart_line", UUID(int=1))] * 101}, "lines"),
    ],
)
async def test_what_is_no_id_is_named(
    graph: Graph, document: str, variables: dict[str, object], argument: str
) -> None:
    errors = await graph.errors(document, **variables)

    assert [(each["code"], each["argument"]) for each in errors] == [("BAD_USER_INPUT", argument)]


@pytest.mark.parametrize("lines", [2, 30])
async def test_adding_costs_the_same_for_any_number_of_lines(
    graph: Graph, sent: list[str], factory: Factory, lines: int
) -> None:
    product = await factory.product()
    variants = [await factory.variant(product=product) for _ in range(lines)]
    holder = graph.holding((await run(graph, CREATE))["secret"])
    sent.clear()
    cart = await done(holder, ADD, lines=[line(each) for each in variants], key="a key")

    assert cart["itemCount"] == lines
    # The key is claimed, the cart locked, the offers read, the cart written with its lines and
    # the outcome kept; then the cart, its lines and their variants are read.
    assert len(sent) == 8
