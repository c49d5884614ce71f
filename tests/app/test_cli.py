import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from core.errors import SetupError
from core.settings import ROOT, Settings

NOBODY = "127.0.0.1:1"


@pytest.fixture
def on_servers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The command line finds the test's own servers, and starts none."""
    monkeypatch.setenv("PYSHOP_DATABASE_URL", settings.database_url or "")
    monkeypatch.setenv("PYSHOP_REDIS_URL", settings.redis_url or "")
    return settings


def pyshop(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own."""
    return subprocess.run(  # noqa: S603 - our own command.
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "commands"),
    [
        (
            [],
            [
                *["run", "serve", "worker", "migrate", "doctor"],
                *["catalog", "search", "schema", "users", "documents", "keys", "effects"],
                "webhooks",
            ],
        ),
        (["catalog"], ["import"]),
        (["search"], ["reindex"]),
        (["schema"], ["print", "events", "changelog"]),
        (["users"], ["create"]),
        (["documents"], ["publish", "list", "withdraw", "check", "export", "usage"]),
        (["keys"], ["create", "list", "revoke"]),
        (["effects"], ["list", "retry"]),
        (["webhooks"], ["list", "enable", "disable"]),
    ],
)
def test_help_lists_the_commands(arguments: list[str], commands: list[str]) -> None:
    outcome = CliRunner().invoke(app, [*arguments, "--help"])

    assert outcome.exit_code == 0
    assert re.findall(r"^│ ([a-z]+)", outcome.stdout, re.MULTILINE) == commands


def test_the_written_schema_is_the_graphs() -> None:
    assert CliRunner().invoke(app, ["schema", "print", "--check"]).exit_code == 0


def test_a_missing_file_is_refused_before_anything_starts() -> None:
    outcome = CliRunner().invoke(app, ["catalog", "import", "missing.jsonl"])

    assert outcome.exit_code == 2
    assert "file 'missing.jsonl' does not exist." in outcome.stderr.lower()


def test_doctor_tells_the_state_of_each_server(on_servers: Settings) -> None:
    assert on_servers.redis_url
    outcome = CliRunner().invoke(app, ["doctor"])

    assert outcome.exit_code == 0
    assert [line.split()[:2] for line in outcome.stdout.splitlines()] == [
        ["postgresql", "ok"],
        ["redis", "ok"],
        ["search", "ok"],
        ["worker", "absent"],
    ]


def test_doctor_fails_where_a_server_is_away(
    on_servers: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert on_servers.database_url
    monkeypatch.setenv("PYSHOP_REDIS_URL", f"redis://{NOBODY}")
    outcome = CliRunner().invoke(app, ["doctor"])

    assert outcome.exit_code == 1
    assert "redis       failing  ConnectionError\n" in outcome.stdout


def test_a_setting_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    outcome = pyshop("doctor", PYSHOP_LOG_LEVEL="LOUD", PYSHOP_STATE_DIR=str(tmp_path))

    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert outcome.stderr == (
        "pyshop: PYSHOP_LOG_LEVEL: Input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'.\n"
    )


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "PYSHOP_DATABASE_URL must be like postgresql://"),
        ("postgresql://127.0.0.1:1/shop", "PostgreSQL cannot be used: "),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence(
    on_servers: Settings, monkeypatch: pytest.MonkeyPatch, url: str, sentence: str
) -> None:
    assert on_servers.redis_url
    monkeypatch.setenv("PYSHOP_DATABASE_URL", url)
    outcome = CliRunner().invoke(app, ["migrate"])

    assert isinstance(outcome.exception, SetupError)
    assert str(outcome.exception).startswith(sentence)
