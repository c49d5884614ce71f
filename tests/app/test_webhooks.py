"""Endpoints of webhooks, listed, disabled and enabled by the command line."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from app.cli import app
from app.resources import open_resources
from core.ids import encode_id
from core.settings import Settings
from models import WebhookEndpoint
from tests.factories import Factory


@pytest.fixture(autouse=True)
def on_servers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line finds the test's own servers, and starts none."""
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)


def webhooks(*command: str) -> Result:
    return CliRunner().invoke(app, ["webhooks", *command])


def endpoint(settings: Settings, client: str, **values: Any) -> UUID:
    async def written() -> UUID:
        async with open_resources(settings) as resources:
            return await Factory(resources.database).webhook(client, **values)

    return asyncio.run(written())


def states(settings: Settings) -> list[tuple[str, int]]:
    async def found() -> list[tuple[str, int]]:
        columns = (WebhookEndpoint.status, WebhookEndpoint.failures)
        statement = select(*columns).order_by(WebhookEndpoint.client)
        async with open_resources(settings) as resources:
            rows = await resources.database.fetch(statement, {})
            return [(row[0], row[1]) for row in rows]

    return asyncio.run(found())


def test_endpoints_are_listed_by_client_with_how_they_do(settings: Settings) -> None:
    since = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
    failing = {"failures": 3, "failing_since": since, "status": "disabled"}
    bolt = endpoint(settings, "bolt", url="https://bolt.example/", **failing)
    acme = endpoint(settings, "acme", url="https://acme.example/")

    well, ill = "enabled", "disabled, 3 failures since 2026-02-03 04:05"
    assert webhooks("list").stdout.splitlines() == [
        f"{encode_id('webhook', acme)} {'acme':20} {well} https://acme.example/",
        f"{encode_id('webhook', bolt)} {'bolt':20} {ill} https://bolt.example/",
    ]


def test_one_endpoint_is_disabled_and_enabled(settings: Settings) -> None:
    endpoint(settings, "acme", failures=1)
    bolt = encode_id("webhook", endpoint(settings, "bolt", failures=2))

    told = [webhooks("disable", bolt)]
    disabled = states(settings)
    told.append(webhooks("enable", bolt))

    assert [(each.exit_code, each.stdout) for each in told] == [(0, "")] * 2
    assert disabled == [("enabled", 1), ("disabled", 2)]
    assert states(settings) == [("enabled", 1), ("enabled", 0)]


@pytest.mark.parametrize("command", ["enable", "disable"])
def test_what_is_no_endpoint_is_refused(settings: Settings, command: str) -> None:
    endpoint(settings, "acme", status="disabled" if command == "enable" else "enabled")
    before, order = states(settings), encode_id("order", uuid4())

    refused = [webhooks(command, each) for each in (encode_id("webhook", uuid4()), order, "acme")]

    assert [str(each.exception) for each in refused] == [
        "There is no such endpoint.",
        f"{order} is not the id of an endpoint.",
        "'acme' is not an id",
    ]
    assert states(settings) == before
