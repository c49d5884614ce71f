"""Schemathesis reads the description, and sends what it allows and what it does not."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import httpx
import pytest
import schemathesis
from schemathesis import BaseSchema
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished
from schemathesis.python.asgi import shutdown_lifespans

from app.main import create_app
from core.settings import Settings
from core.tokens import AccessTokens
from tests.buying import Shop
from tests.factories import Factory

# The rules of the shop are no part of the description: what keeps to it may break them.
RULED = {"expected-statuses": ["2xx", "401", "402", "403", "404", "409", "422", "429"]}
EFFORT = {
    "seed": 20261124,
    "generation": {"max-examples": 10, "deterministic": True},
    "checks": {"positive_data_acceptance": RULED},
}


@pytest.fixture
async def token(settings: Settings, factory: Factory) -> str:
    """The access token of a customer with a cart and an order."""
    account = await factory.account()
    shop = Shop(factory.database, factory)
    variant = await shop.variant()
    await shop.buy(await shop.basket({variant: 1}, account))
    await shop.basket({variant: 2}, account)
    return AccessTokens.of(settings).issue(account, "customer").text


@pytest.fixture
def app(settings: Settings) -> Iterator[Any]:
    # It asks for more in a minute than anybody may.
    yield create_app(settings.model_copy(update={"budget_per_minute": 10**9}))
    # Schemathesis serves it on a loop of its own.
    shutdown_lifespans()


def described(app: Any, headers: dict[str, str]) -> BaseSchema:
    config = SchemathesisConfig.from_dict({**EFFORT, "headers": headers})
    return schemathesis.openapi.from_asgi("/openapi.json", app, config=config)


def faults(schema: BaseSchema) -> tuple[int, list[str]]:
    """Run all phases; return how many requests were sent, and what was found."""
    sent, found = 0, []
    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError):
            found.append(f"{event.label}: {event.value!r}")
        if isinstance(event, ScenarioFinished):
            sent += len(event.recorder.cases)
            checked = chain.from_iterable(event.recorder.checks.values())
            failures = [check.failure_info for check in checked if check.failure_info is not None]
            found += [
                f"{event.recorder.label}: {each.failure}\n{each.code_sample}" for each in failures
            ]
    return sent, found


def test_nothing_is_found_by_nobody(app: Any) -> None:
    sent, found = faults(described(app, {}))

    assert sent > 300
    assert found == []


def test_nothing_is_found_by_a_customer(app: Any, token: str) -> None:
    sent, found = faults(described(app, {"Authorization": f"Bearer {token}"}))

    assert sent > 300
    assert found == []


def test_a_fault_would_be_found(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("rest.graph.Graph.read", broken)
    schema = described(app, {}).include(path="/v1/products", method="GET")

    _, found = faults(schema)

    assert "GET /v1/products: Server error" in found[0]


@pytest.mark.anyio
async def test_every_operation_is_described(api: httpx.AsyncClient) -> None:
    document = (await api.get("/openapi.json")).json()

    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert {name: each["operationId"] for name, each in operations.items()} == {
        "POST /v1/auth/register": "register",
        "POST /v1/auth/login": "log_in",
        "POST /v1/auth/refresh": "refresh",
        "POST /v1/auth/logout": "log_out",
        "GET /v1/products": "products",
        "GET /v1/products/{id}": "product",
        "GET /v1/cart": "cart",
        "POST /v1/cart": "create_cart",
        "POST /v1/cart/lines": "add_lines",
        "PATCH /v1/cart/lines/{id}": "update_line",
        "DELETE /v1/cart/lines/{id}": "remove_line",
        "GET /v1/orders": "orders",
        "POST /v1/orders": "check_out",
        "GET /v1/orders/{id}": "order",
        "GET /v1/events": "events",
    }
    for operation in operations.values():
        assert operation["security"][0] == {}
        for status, response in operation["responses"].items():
            types = set(response.get("content", ()))
            expected = {"application/problem+json"} if status >= "400" else {"application/json"}
            assert types == (set() if status == "204" else expected)
