"""API keys by the command line: made, listed and ended."""

import asyncio
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from app.api_keys import seed_demo_key
from app.cli import app
from app.resources import open_resources
from core.ids import decode_id, encode_id
from core.settings import Settings
from core.viewer import PartnerKey
from services.api_keys import PREFIX


@pytest.fixture(autouse=True)
def on_servers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line finds the test's own servers, and starts none."""
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)


def keys(*command: str) -> Result:
    return CliRunner().invoke(app, ["keys", *command])


async def find(settings: Settings, text: str) -> PartnerKey:
    async with open_resources(settings) as resources:
        return await resources.api_keys.find(text)


def test_a_key_is_made_with_its_terms(settings: Settings) -> None:
    scope, limits = ["--scope", "documents:publish"], ["--maximum-cost", "10", "--budget", "100"]

    text = keys("create", "--client", "acme", "--days", "9", *scope, *limits).stdout.strip()

    key = asyncio.run(find(settings, text))
    assert (key.client, *key.scopes) == ("acme", "documents:publish")
    assert (key.maximum_cost, key.budget) == (10, 100)
    assert key.expires_at is not None


def test_keys_are_listed_and_ended() -> None:
    text = keys("create", "--client", "acme").stdout.strip()
    listed = keys("list").stdout.split()
    ended = keys("revoke", listed[0])
    again = keys("revoke", listed[0])
    other = keys("revoke", encode_id("order", uuid4()))

    assert text.startswith(PREFIX)
    assert decode_id(listed[0])[0] == "key"
    assert listed[1:] == ["acme", f"{text[:17]}…", "-", "never", "used"]
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert keys("list").stdout.split()[4] == "revoked"
    assert str(again.exception) == "There is no such key in use."
    assert str(other.exception).endswith("is not the id of a key.")


def test_a_scope_that_there_is_not_makes_no_key() -> None:
    refused = keys("create", "--client", "acme", "--scope", "orders:write")

    assert refused.exit_code == 1
    assert str(refused.exception) == (
        "orders:write is no scope: there is documents:publish, events:read, webhooks:write."
    )
    assert keys("list").stdout == ""


def test_the_demo_key_is_the_same_again_and_may_publish(settings: Settings) -> None:
    async def seeded() -> tuple[str, str, PartnerKey]:
        async with open_resources(settings) as resources:
            first, again = await seed_demo_key(resources), await seed_demo_key(resources)
            return first, again, await resources.api_keys.find(first)

    first, again, key = asyncio.run(seeded())

    assert first == again
    assert (key.client, sorted(key.scopes)) == (
        "demo-partner",
        ["documents:publish", "events:read", "webhooks:write"],
    )
    assert len(keys("list").stdout.splitlines()) == 1
    assert CliRunner().invoke(app, ["documents", "list"]).stdout.split()[:3] == [
        "demo-partner",
        "mutation",
        "DocumentsPublish",
    ]
