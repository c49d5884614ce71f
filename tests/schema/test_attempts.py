"""Who tries too often what could be guessed has to wait, and learns nothing meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from core.budgets import Budgets, Limit
from core.database import Database
from core.errors import DomainError, TooManyAttempts
from core.ids import encode_id
from core.redis import open_redis
from core.settings import Settings
from core.viewer import Viewer
from models import Account, CartLine, Event, Order, RefreshToken
from resolvers import attempts
from resolvers.attempts import Attempt
from resolvers.commands import Outcome, Refusal
from services import passwords
from tests.buying import Shop
from tests.conftest import AsAccount, serving
from tests.factories import PASSWORD, Factory
from tests.graph import Graph
from tests.schema.cart_documents import ADD, line
from tests.schema.test_account_mutations import CHANGE, LOG_IN, REGISTER, REQUEST, RESET

pytestmark = pytest.mark.anyio

HERE = Viewer(address="127.0.0.1", cart_secret_hash=b"any")
ELSEWHERE = Viewer(address="192.0.2.7")
EMAIL = "ann@example.com"
NEW_PASSWORD = "battery horse correct"  # noqa: S105 - It opens accounts of tests only.
SECRET = "a guest's"  # noqa: S105 - it opens a cart of these tests only.
CART = "{ cart { id } }"
CHECKOUT = """mutation ($cart: ID!) {
    checkoutComplete(
        cart: $cart, email: "ann@example.com", shippingMethod: "standard",
        payment: {token: "success"}, shippingAddress: {
            recipient: "Ann", line1: "1 Street", postalCode: "1", city: "X", countryCode: "DE"
        }
    ) { order { id } errors { ... on UserError { code } } }
}"""

Exhaust = Callable[..., Awaitable[None]]


@pytest.fixture
async def budgets(settings: Settings) -> AsyncIterator[Budgets]:
    async with open_redis(settings) as redis:
        yield Budgets(redis, settings.redis_namespace)


@pytest.fixture
def exhaust(budgets: Budgets) -> Exhaust:
    """Have others make all attempts but some."""

    async def made(each: Attempt, *, but: int = 0) -> None:
        await budgets.spend(each.name, each.whose, each.limit.amount - but, each.limit)

    return made


@pytest.fixture
async def ann(factory: Factory) -> UUID:
    return await factory.account(email=EMAIL)


async def code(graph: Graph, document: str, **variables: object) -> str:
    """Return the code of the one refusal, in the payload or beside it, or OK."""
    answer = await graph.answer(document, **variables)
    if "errors" in answer:
        (error,) = answer["errors"]
        assert error["extensions"].keys() == {"code", "retryAfter"}
        seconds = error["extensions"]["retryAfter"]
        assert seconds > 0
        assert error["message"] == f"This was tried too often: try again in {seconds} seconds."
        return str(error["extensions"]["code"])
    (payload,) = answer["data"].values()
    codes = [each["code"] for each in (payload or {}).get("errors", [])]
    return codes[0] if codes else "OK"


async def count(database: Database, table: type[Any]) -> int:
    async with database.session.begin() as session:
        return (await session.scalar(select(func.count()).select_from(table))) or 0


async def log_in(graph: Graph, email: str = EMAIL, password: str = "wrong") -> str:  # noqa: S107 - it is wrong.
    return await code(graph, LOG_IN, email=email, password=password)


async def test_the_last_wrong_guess_shuts_out_the_right_one(
    graph: Graph, database: Database, exhaust: Exhaust, ann: UUID
) -> None:
    del ann
    await exhaust(attempts.log_in(HERE, EMAIL)[0], but=1)

    assert await log_in(graph) == "WRONG_CREDENTIALS"
    assert await log_in(graph, password=PASSWORD) == "TOO_MANY_ATTEMPTS"
    assert await log_in(graph, f" {EMAIL.upper()}", PASSWORD) == "TOO_MANY_ATTEMPTS"
    assert await count(database, RefreshToken) == 0


async def test_an_address_of_nobody_is_answered_alike(graph: Graph, exhaust: Exhaust) -> None:
    for email in ["nobody@example.com", "no address"]:
        await exhaust(attempts.log_in(HERE, email)[0], but=1)

        assert await log_in(graph, email) == "WRONG_CREDENTIALS"
        assert await log_in(graph, email) == "TOO_MANY_ATTEMPTS"


async def test_who_knows_the_password_logs_in_as_often_as_they_like(
    graph: Graph, exhaust: Exhaust, ann: UUID
) -> None:
    del ann
    for each in attempts.log_in(HERE, EMAIL):
        await exhaust(each, but=1)

    assert [await log_in(graph, password=PASSWORD) for _ in range(3)] == ["OK"] * 3


async def test_guesses_at_once_are_no_more_than_one_after_another(
    graph: Graph, exhaust: Exhaust, ann: UUID
) -> None:
    del ann
    await exhaust(attempts.log_in(HERE, EMAIL)[0], but=3)

    seen = await asyncio.gather(*(log_in(graph) for _ in range(12)))

    assert sorted(seen) == ["TOO_MANY_ATTEMPTS"] * 9 + ["WRONG_CREDENTIALS"] * 3


@pytest.mark.parametrize(
    ("number", "other"),
    [(0, "WRONG_CREDENTIALS"), (1, "TOO_MANY_ATTEMPTS"), (2, "WRONG_CREDENTIALS")],
)
async def test_guesses_are_limited_by_account_by_place_and_by_both(
    graph: Graph, exhaust: Exhaust, number: int, other: str
) -> None:
    await exhaust(attempts.log_in(HERE, EMAIL)[number])

    assert await log_in(graph) == "TOO_MANY_ATTEMPTS"
    assert await log_in(graph, "bob@example.com") == other


async def test_guesses_from_another_place_shut_nobody_out_here(
    graph: Graph, exhaust: Exhaust
) -> None:
    here, place, _ = attempts.log_in(ELSEWHERE, EMAIL)
    await exhaust(here)
    await exhaust(place)

    assert await log_in(graph) == "WRONG_CREDENTIALS"


async def test_registrations_from_one_place_are_limited(
    graph: Graph, database: Database, exhaust: Exhaust
) -> None:
    (each,) = attempts.registration(HERE)
    await exhaust(each, but=1)
    first = {"email": EMAIL, "password": PASSWORD, "name": "Ann"}

    assert await code(graph, REGISTER, **first) == "OK"
    assert await code(graph, REGISTER, **first | {"email": "bob@example.com"}) == (
        "TOO_MANY_ATTEMPTS"
    )
    assert await count(database, Account) == 1


@pytest.mark.parametrize("number", [0, 1])
async def test_mails_to_reset_a_password_are_limited(
    graph: Graph, database: Database, exhaust: Exhaust, ann: UUID, number: int
) -> None:
    del ann
    await exhaust(attempts.reset_request(HERE, EMAIL)[number], but=1)

    assert await code(graph, REQUEST, email=EMAIL) == "OK"
    assert await code(graph, REQUEST, email=EMAIL) == "TOO_MANY_ATTEMPTS"
    assert await count(database, Event) == 1


async def test_guesses_of_reset_tokens_are_limited(
    graph: Graph, database: Database, exhaust: Exhaust, ann: UUID
) -> None:
    (each,) = attempts.reset_token(HERE)
    await exhaust(each, but=1)
    async with database.session.begin() as session:
        right = await passwords.issue_reset(session, ann)

    async def reset(token: str, password: str = NEW_PASSWORD) -> str:
        return await code(graph, RESET, token=token, password=password)

    assert await reset(right, "short") == "PASSWORD_LENGTH_REFUSED"
    assert await reset("wrong") == "INVALID_RESET_TOKEN"
    assert await reset(right) == "TOO_MANY_ATTEMPTS"
    assert await log_in(graph, password=PASSWORD) == "OK"


async def test_who_came_by_a_session_cannot_guess_its_password(
    as_account: AsAccount, exhaust: Exhaust, ann: UUID
) -> None:
    (each,) = attempts.password_change(ann)
    await exhaust(each, but=1)
    graph = await as_account(id=ann)

    async def change(current: str) -> str:
        return await code(graph, CHANGE, current=current, password=NEW_PASSWORD)

    assert await change("wrong") == "WRONG_PASSWORD"
    assert await change(PASSWORD) == "TOO_MANY_ATTEMPTS"
    assert await log_in(graph, password=PASSWORD) == "OK"


async def test_guesses_of_a_carts_secret_are_limited_wherever_it_is_used(
    graph: Graph, database: Database, factory: Factory, exhaust: Exhaust
) -> None:
    shop = Shop(database, factory)
    mug = await shop.variant()
    await shop.basket({mug: 1}, secret=SECRET)
    (each,) = attempts.cart_secret(HERE)
    right, wrong = graph.holding(SECRET), graph.holding("wrong")
    id = (await right.data(CART))["cart"]["id"]  # noqa: A001 - it is the cart's.
    ways: Sequence[tuple[str, dict[str, Any]]] = [
        (CART, {}),
        ("query ($cart: ID!) { cart(id: $cart) { id } }", {"cart": id}),
        (ADD, {"lines": [line(mug)]}),
        (CHECKOUT, {"cart": id}),
    ]
    await exhaust(each, but=len(ways))
    # What opens a cart is no guess.
    for _ in range(len(ways) + 1):
        assert await code(right, CART) == "OK"

    seen = [await code(wrong, document, **variables) for document, variables in ways]
    refused = [await code(right, document, **variables) for document, variables in ways]

    assert seen == ["OK", "OK", "CART_NOT_FOUND", "CART_NOT_FOUND"]
    assert refused == ["TOO_MANY_ATTEMPTS"] * len(ways)
    # Who sends none guesses nothing.
    assert await code(graph, CART) == "OK"
    async with database.session.begin() as session:
        assert await session.scalar(select(func.sum(CartLine.quantity))) == 1
    assert await count(database, Order) == 0


NODE = "query ($id: ID!) { node(id: $id) { id } }"
ENTITIES = """query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Node { id } }
}"""
Named = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture
async def named(graph: Graph, database: Database, factory: Factory) -> Named:
    """A guest's cart and its line, as gateways name them."""
    shop = Shop(database, factory)
    await shop.basket({await shop.variant(): 1}, secret=SECRET)
    document = "{ cart { __typename id lines { nodes { __typename id } } } }"
    cart = (await graph.holding(SECRET).data(document))["cart"]
    (row,) = cart.pop("lines")["nodes"]
    return cart, row


async def test_guesses_by_node_are_limited_to_the_exact_number(
    graph: Graph, factory: Factory, exhaust: Exhaust, named: Named
) -> None:
    right, wrong = graph.holding(SECRET), graph.holding("wrong")
    product = {"id": encode_id("product", await factory.product())}
    (each,) = attempts.cart_secret(HERE)
    await exhaust(each, but=2)
    for _ in range(3):
        assert (await right.data(NODE, id=named[0]["id"]))["node"] == {"id": named[0]["id"]}
        # No cart is asked for, or no secret sent.
        assert (await wrong.data(NODE, **product))["node"] == product
        assert (await graph.data(NODE, id=named[0]["id"]))["node"] is None

    seen = [await code(wrong, NODE, id=named[n]["id"]) for n in (0, 1, 0, 1)]

    assert seen == ["OK", "OK", "TOO_MANY_ATTEMPTS", "TOO_MANY_ATTEMPTS"]
    assert await code(right, NODE, id=named[0]["id"]) == "TOO_MANY_ATTEMPTS"
    assert (await wrong.data(NODE, **product))["node"] == product


async def test_guesses_by_entities_are_limited_to_the_exact_number(
    settings: Settings, factory: Factory, exhaust: Exhaust, named: Named
) -> None:
    cart, row = named
    product = {"__typename": "Product", "id": encode_id("product", await factory.product())}
    (each,) = attempts.cart_secret(HERE)
    await exhaust(each, but=2)
    async with serving(settings.model_copy(update={"subgraph": "carts"})) as api:
        right, wrong = Graph(api).holding(SECRET), Graph(api).holding("wrong")

        async def asked(graph: Graph, *representations: dict[str, Any]) -> list[Any]:
            answer = await graph.answer(ENTITIES, representations=representations)
            codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
            return codes or [each and each["id"] for each in answer["data"]["_entities"]]

        for _ in range(3):
            assert await asked(right, cart, cart, row) == [cart["id"], cart["id"], row["id"]]
            assert await asked(Graph(api), cart) == [None]
        # Those of one type are one attempt.
        assert await asked(wrong, cart, cart) == [None, None]
        assert await asked(wrong, row) == [None]
        assert await asked(wrong, cart) == ["TOO_MANY_ATTEMPTS"]
        assert await asked(right, row) == ["TOO_MANY_ATTEMPTS"]
        assert "TOO_MANY_ATTEMPTS" not in await asked(right, product)


LIMIT = Limit(2, 3600)
BOTH = [Attempt("first", "ann", LIMIT), Attempt("second", "ann", LIMIT)]


async def test_what_one_budget_refuses_is_counted_for_none(budgets: Budgets) -> None:
    await budgets.spend("second", "ann", 2, LIMIT)

    with pytest.raises(TooManyAttempts):
        await attempts.begin(budgets, BOTH)

    assert (await budgets.spend("first", "ann", 0, LIMIT)).remaining == 2


class Wrong(DomainError):
    code = "WRONG"


class OtherFault(DomainError):
    code = "OTHER"


@pytest.mark.parametrize(
    ("found", "remaining"),
    [(None, 2), (OtherFault("no"), 2), (RuntimeError("we failed"), 2), (Wrong("no"), 1)],
)
async def test_only_a_wrong_guess_counts(
    budgets: Budgets, found: Exception | None, remaining: int
) -> None:

    async def work() -> Outcome:
        if isinstance(found, RuntimeError):
            raise found
        return Outcome(errors=(Refusal(found),) if isinstance(found, DomainError) else ())

    try:
        await attempts.guess(budgets, BOTH, work, Wrong)
    except RuntimeError as error:
        assert error is found  # noqa: PT017 - Only one of the cases raises.

    left = [(await budgets.spend(name, "ann", 0, LIMIT)).remaining for name in ("first", "second")]
    assert left == [remaining, remaining]
