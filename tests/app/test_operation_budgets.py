"""What operations cost is limited for each viewer, by whichever way they come."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.main import create_app
from core.database import Database
from core.settings import Settings
from core.tokens import AccessTokens
from models import Account
from tests.app.test_authentication import partner_key
from tests.away import line_to_redis
from tests.client.conftest import serving as serving_port
from tests.conftest import serving
from tests.factories import Factory
from tests.graph import Graph
from tests.live import FollowedOrder
from tests.sockets import socket

pytestmark = pytest.mark.anyio

PAGE = "{ products(first: 9) { nodes { id } } }"
COST = 10
REGISTER = """
mutation { accountRegister(email: "ada@example.com", password: "a good password", name: "Ada") {
  accessToken
} }
"""
PATIENCE = 20


def narrow(settings: Settings, amount: int = 2 * COST, **own: object) -> Settings:
    return settings.model_copy(update={"budget_per_minute": amount, **own})


@asynccontextmanager
async def calling_from(settings: Settings, *addresses: str) -> AsyncIterator[list[Graph]]:
    """Serve for clients at several addresses."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield [
            Graph(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(app, client=(address, 50_000)),
                    base_url="http://shop",
                )
            )
            for address in addresses
        ]


async def post(api: httpx.AsyncClient, document: str, **headers: str) -> httpx.Response:
    return await api.post("/graphql", json={"query": document}, headers=headers)


async def codes(graph: Graph, times: int) -> list[str]:
    """Ask for the page so often, and return what became of it."""
    answers = [await graph.answer(PAGE) for _ in range(times)]
    return [
        each["errors"][0]["extensions"]["code"] if "errors" in each else "OK" for each in answers
    ]


def rate_limit(response: httpx.Response) -> tuple[int, int]:
    """Return what remains by the headers, and for how long."""
    said = re.fullmatch(r'"cost";r=(\d+);t=(\d+)', response.headers["RateLimit"])
    assert said is not None
    return int(said[1]), int(said[2])


@pytest.mark.parametrize("document", [PAGE, "{ product { id } }"])
async def test_every_answer_of_an_operation_tells_the_budget(
    api: httpx.AsyncClient, document: str
) -> None:
    before, _ = rate_limit(await post(api, "{ __typename }"))
    response = await post(api, document)

    remaining, seconds = rate_limit(response)
    assert response.headers["RateLimit-Policy"] == '"cost";q=600000;w=60'
    assert (before, remaining) == (600_000, 600_000 - (COST if document == PAGE else 1))
    # The window ends within a minute, and what was spent in it begins to fade.
    assert 0 < seconds <= 67
    assert "Retry-After" not in response.headers


async def test_what_is_no_operation_tells_none(api: httpx.AsyncClient) -> None:
    response = await post(api, "{ products")

    assert response.status_code == 200
    assert "RateLimit" not in response.headers


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_what_does_not_remain_is_refused_with_429_and_changes_nothing(
    settings: Settings, database: Database, accept: str
) -> None:
    async with serving(narrow(settings, 10_000)) as api:
        await post(api, PAGE)
        response = await post(api, REGISTER, Accept=accept)
        again = await post(api, PAGE, Accept=accept)

    remaining, seconds = rate_limit(response)
    (error,) = response.json()["errors"]
    assert (response.status_code, response.json().keys()) == (429, {"errors"})
    assert response.headers["Content-Type"] == f"{accept}; charset=utf-8"
    assert response.headers["RateLimit-Policy"] == '"cost";q=10000;w=60'
    assert response.headers["Retry-After"] == str(seconds)
    assert error["extensions"] == {
        "code": "BUDGET_EXCEEDED",
        "cost": 10_000,
        "limit": 10_000,
        "remaining": 9_990,
        "retryAfter": seconds,
    }
    assert (remaining, rate_limit(again)[0], again.status_code) == (9_990, 9_980, 200)
    async with database.session.begin() as session:
        assert await session.scalar(select(func.count()).select_from(Account)) == 0


async def test_addresses_accounts_and_staff_have_budgets_of_their_own(
    settings: Settings, factory: Factory
) -> None:
    tokens = AccessTokens.of(settings)
    customer, other = [tokens.issue(await factory.account(), "customer").text for _ in range(2)]
    admin = tokens.issue(await factory.account(role="admin"), "admin").text
    own = narrow(settings, staff_budget_per_minute=3 * COST)
    addresses = "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"
    async with calling_from(own, *addresses) as graphs:
        first, second, six, neighbour, far = graphs
        seen = {
            "anonymous": await codes(first, 3),
            "another address": await codes(second, 2),
            "customer": await codes(first.as_(customer), 3),
            "the same elsewhere": await codes(second.as_(customer), 1),
            "another customer": await codes(first.as_(other), 2),
            "admin": await codes(first.as_(admin), 4),
            "IPv6": await codes(six, 2),
            "its neighbour": await codes(neighbour, 1),
            "another network": await codes(far, 1),
        }

    assert seen == {
        "anonymous": ["OK", "OK", "BUDGET_EXCEEDED"],
        "another address": ["OK", "OK"],
        "customer": ["OK", "OK", "BUDGET_EXCEEDED"],
        "the same elsewhere": ["BUDGET_EXCEEDED"],
        "another customer": ["OK", "OK"],
        "admin": ["OK", "OK", "OK", "BUDGET_EXCEEDED"],
        "IPv6": ["OK", "OK"],
        "its neighbour": ["BUDGET_EXCEEDED"],
        "another network": ["OK"],
    }


async def test_a_key_has_a_budget_and_a_maximum_of_its_own(
    settings: Settings, database: Database
) -> None:
    text, _ = await partner_key(database, budget=3 * COST, maximum_cost=2 * COST)
    # A subgraph takes the gateway's documents, whichever they are.
    async with serving(narrow(settings, subgraph="catalog")) as api:
        graph = Graph(api, {"X-API-Key": text})
        (dear,) = await graph.errors(PAGE.replace("9", "20"))
        allowed = await codes(graph, 4)

    assert (dear["code"], dear["limit"]) == ("COST_LIMIT_EXCEEDED", 2 * COST)
    assert allowed == ["OK", "OK", "OK", "BUDGET_EXCEEDED"]


async def test_staff_may_ask_for_more_at_once(settings: Settings, factory: Factory) -> None:
    admin = AccessTokens.of(settings).issue(await factory.account(role="admin"), "admin").text
    own = settings.model_copy(update={"maximum_cost": COST - 1, "staff_maximum_cost": COST})
    async with serving(own) as api:
        (refused,) = await Graph(api).errors(PAGE)
        assert (refused["code"], refused["limit"]) == ("COST_LIMIT_EXCEEDED", COST - 1)
        await Graph(api).as_(admin).data(PAGE)


async def test_several_processes_count_one_budget(settings: Settings) -> None:
    async with serving(narrow(settings)) as first, serving(narrow(settings)) as second:
        seen = [await codes(Graph(api), 1) for api in (first, second, first)]

    assert seen == [["OK"], ["OK"], ["BUDGET_EXCEEDED"]]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_asks_is_told_what_it_cost(graph: Graph, factory: Factory, method: str) -> None:
    await factory.product()
    wish: dict[str, Any] = {"query": PAGE, "extensions": {"cost": True}}
    if method == "POST":
        response = await graph.api.post("/graphql", json=wish)
    else:
        asked = {"query": PAGE, "extensions": json.dumps(wish["extensions"])}
        response = await graph.api.get("/graphql", params=asked)

    cost = {"estimated": COST, "actual": 2, "remaining": 600_000 - COST}
    assert response.json()["extensions"] == {"cost": cost}
    assert rate_limit(response)[0] == cost["remaining"]


async def test_who_asks_on_a_socket_is_told_what_it_cost(
    settings: Settings, factory: Factory
) -> None:
    await factory.product()
    wish: dict[str, Any] = {"extensions": {"cost": True}}
    told = []
    async with serving_port(settings) as port, socket(port) as open_:
        await open_.open()
        for id, asked in [("1", PAGE), ("2", REGISTER)]:  # noqa: A001 - the protocol's name.
            await open_.subscribe(id, wish | {"query": asked})
            said = await open_.hear()
            assert (said["id"], said["type"]) == (id, "next")
            told.append(said["payload"]["extensions"]["cost"])
            assert await open_.hear() == {"id": id, "type": "complete"}
        await open_.subscribe("3", {"query": PAGE})
        unasked = (await open_.hear())["payload"]

    remaining = 600_000 - COST
    assert told == [
        {"estimated": COST, "actual": 2, "remaining": remaining},
        {"estimated": 10_000, "actual": 10_000, "remaining": remaining - 10_000},
    ]
    assert unasked.keys() == {"data"}


async def test_who_asks_by_a_stream_is_told_what_it_cost(graph: Graph, factory: Factory) -> None:
    await factory.product()
    cost = {"estimated": COST, "actual": 2, "remaining": 600_000 - COST}
    wish = {"query": PAGE, "extensions": {"cost": True}}
    response = await graph.api.post("/graphql", json=wish, headers={"Accept": "text/event-stream"})

    first, *_ = response.text.splitlines()[1:]
    assert json.loads(first.removeprefix("data: "))["extensions"] == {"cost": cost}


async def test_a_subscription_is_told_what_it_was_charged(order: FollowedOrder) -> None:
    wish = order.follow | {"extensions": {"cost": True}}
    async with serving_port(order.settings) as port, socket(port) as open_:
        await open_.open(Authorization=order.token())
        await open_.subscribe("1", wish)
        said = await open_.hear()

    assert said["payload"]["extensions"] == {"cost": {"estimated": 2, "remaining": 599_998}}


async def test_rest_is_charged_too(settings: Settings) -> None:
    async with serving(narrow(settings, 500)) as api:
        allowed = await api.get("/v1/products?first=1")
        refused = await api.get("/v1/products?first=100")
        again = await api.get("/v1/products?first=1")

    problem = refused.json()
    assert (allowed.status_code, refused.status_code, again.status_code) == (200, 429, 200)
    assert (problem["code"], problem["title"]) == ("BUDGET_EXCEEDED", "Too Many Requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 120


async def test_each_operation_on_a_socket_is_charged(settings: Settings) -> None:
    async with serving_port(narrow(settings)) as port, socket(port) as open_:
        await open_.open()
        for turn in "12":
            await open_.subscribe(turn, {"query": PAGE})
            assert (await open_.hear())["payload"] == {"data": {"products": {"nodes": []}}}
            assert (await open_.hear())["type"] == "complete"
        await open_.subscribe("3", {"query": PAGE})
        refused = await open_.error()
        await open_.subscribe("4")
        free = await open_.hear()

    assert refused == ("3", "BUDGET_EXCEEDED")
    assert free["payload"] == {"data": {"__typename": "Query"}}


async def test_the_budget_fills_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.allowances.BUDGET_SECONDS", 1)
    async with serving(narrow(settings, COST)) as api, asyncio.timeout(PATIENCE):
        assert await codes(Graph(api), 2) == ["OK", "BUDGET_EXCEEDED"]
        while await codes(Graph(api), 1) != ["OK"]:
            pass


async def test_without_redis_each_process_answers_and_counts_alone(settings: Settings) -> None:
    async with line_to_redis(narrow(settings)) as (away, line), serving(away) as api:
        assert await codes(Graph(api), 1) == ["OK"]
        await line.cut()
        alone = await codes(Graph(api), 3)

    assert alone == ["OK", "OK", "BUDGET_EXCEEDED"]
