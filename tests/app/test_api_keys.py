"""API keys by the command line: made, listed and ended."""

import asyncio
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.resources import open_resources
from core.ids import decode_id, encode_id
from core.settings import Settings
from services import api_keys
from services.api_keys import PREFIX, KnownKey


async def use(settings: Settings, text: str) -> KnownKey | None:
    async with open_resources(settings) as resources, resources.database.session.begin() as session:
        return await api_keys.use(session, text)


def test_the_command_line_makes_lists_and_ends_keys(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    keys = ["keys", "create", "--client", "acme", "--scope", "a", "--days", "9"]

    text = CliRunner().invoke(app, keys).stdout.strip()
    listed = CliRunner().invoke(app, ["keys", "list"]).stdout.split()
    ended = CliRunner().invoke(app, ["keys", "revoke", listed[0]])
    again = CliRunner().invoke(app, ["keys", "revoke", listed[0]])
    other = CliRunner().invoke(app, ["keys", "revoke", encode_id("order", uuid4())])

    assert text.startswith(PREFIX)
    assert listed[1:] == ["acme", f"{text[:17]}…", "a", "used", "never"]
    assert decode_id(listed[0])[0] == "key"
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert str(again.exception) == "There is no such key in use."
    assert str(other.exception).endswith("is not the id of a key.")
    assert asyncio.run(use(settings, text)) is None
