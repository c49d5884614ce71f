"""How a cart is opened, and who is told its secret."""

import hashlib
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from core.database import Database
from core.ids import encode_id
from core.settings import Settings
from models import Base, Cart
from tests.conftest import AsAccount, serving
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.cart_documents import CREATE, KEY, contents, done, line, run, stored
from tests.schema.conftest import Execute

pytestmark = pytest.mark.anyio


@pytest.fixture
async def mug(factory: Factory) -> UUID:
    product = await factory.product(slug="mug")
    return await factory.variant(product=product, sku="MUG", stock=50)


async def test_an_anonymous_cart_comes_with_its_secret(
    graph: Graph, database: Database, mug: UUID
) -> None:
    payload = await run(graph, CREATE, lines=[line(mug, 2)])

    assert payload["errors"] == []
    assert contents(payload["cart"]) == {"MUG": 2}
    assert len(payload["secret"]) == 43
    ((cart, secret_hash),) = await database.fetch(select(Cart.id, Cart.secret_hash), {})
    digest = hashlib.sha256(payload["secret"].encode()).digest()
    assert (encode_id("cart", cart), secret_hash) == (payload["cart"]["id"], digest)


async def test_without_a_key_each_call_opens_a_cart(graph: Graph) -> None:
    one, other = await run(graph, CREATE), await run(graph, CREATE)

    assert one["cart"]["id"] != other["cart"]["id"]
    assert one["secret"] != other["secret"]


async def test_a_repeated_call_tells_the_same_cart_and_secret(
    graph: Graph, database: Database, mug: UUID
) -> None:
    first = await run(graph, CREATE, lines=[line(mug, 2)], key=KEY)
    before = await stored(database)
    again = await run(graph, CREATE, lines=[line(mug, 2)], key=KEY)

    assert again == first
    assert await stored(database) == before


async def test_the_secret_stands_in_no_table(graph: Graph, database: Database) -> None:
    payload = await run(graph, CREATE, key=KEY)

    assert payload["secret"]
    assert payload["secret"] not in str(await stored(database))


async def test_the_secret_cannot_be_told_from_the_key(graph: Graph) -> None:
    secret = (await run(graph, CREATE, key=KEY))["secret"]

    assert secret != (await run(graph, CREATE, key=KEY[::-1]))["secret"]
    assert KEY not in secret


async def test_a_key_with_another_input_is_refused(
    graph: Graph, database: Database, mug: UUID
) -> None:
    await run(graph, CREATE, key=KEY)
    before = await stored(database)
    errors = await graph.errors(CREATE, lines=[line(mug)], key=KEY)

    assert [(each["code"], each["argument"]) for each in errors] == [
        ("IDEMPOTENCY_KEY_REUSED", "idempotencyKey")
    ]
    assert await stored(database) == before


async def test_a_key_whose_outcome_is_forgotten_is_refused(
    graph: Graph, database: Database, execute: Execute
) -> None:
    await run(graph, CREATE, key=KEY)
    await execute(Base.metadata.tables["idempotency_records"].delete())
    before = await stored(database)
    errors = await graph.errors(CREATE, key=KEY)

    assert [each["code"] for each in errors] == ["IDEMPOTENCY_KEY_REUSED"]
    assert await stored(database) == before


@pytest.mark.parametrize("key", ["", "short", "fifteen letters"])
async def test_an_anonymous_key_that_can_be_guessed_is_refused(
    graph: Graph, database: Database, key: str
) -> None:
    errors = await graph.errors(CREATE, key=key)

    assert [(each["code"], each["argument"]) for each in errors] == [
        ("BAD_USER_INPUT", "idempotencyKey")
    ]
    assert await stored(database) == [[], [], []]


async def test_an_account_takes_any_key_and_gets_no_secret(
    as_account: AsAccount, mug: UUID
) -> None:
    customer = await as_account()
    first = await run(customer, CREATE, lines=[line(mug)], key="1")

    assert first["secret"] is None
    assert await run(customer, CREATE, lines=[line(mug)], key="1") == first
    assert contents(first["cart"]) == {"MUG": 1}


async def test_an_account_s_open_cart_is_taken(as_account: AsAccount, mug: UUID) -> None:
    customer = await as_account()
    first = await done(customer, CREATE, lines=[line(mug)])
    again = await done(customer, CREATE)

    assert again == first


async def test_a_refused_creation_opens_nothing(
    graph: Graph, database: Database, mug: UUID
) -> None:
    payload = await run(graph, CREATE, lines=[line(mug, 51)], key=KEY)

    assert [error["code"] for error in payload["errors"]] == ["OUT_OF_STOCK"]
    assert (payload["cart"], payload["secret"]) == (None, None)
    assert await stored(database) == [[], [], []]


async def test_a_key_under_another_server_s_secret_tells_nothing(
    graph: Graph, settings: Settings
) -> None:
    first = await run(graph, CREATE, key=KEY)
    rotated = settings.model_copy(update={"secret_key": SecretStr("another key of the server" * 2)})
    async with serving(rotated) as api:
        again = await run(Graph(api), CREATE, key=KEY)

    assert again["cart"] is None
    assert again["secret"] != first["secret"]
