import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.settings import ROOT, Settings


@pytest.fixture(autouse=True)
def without_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("PYSHOP_"):
            monkeypatch.delenv(name)


def test_unset_servers_are_the_embedded_ones() -> None:
    settings = Settings()

    assert (settings.database_url, settings.redis_url, settings.elasticsearch_url) == (None,) * 3
    assert settings.state_dir == ROOT / ".pyshop"


def test_reads_the_environment_under_its_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSHOP_DATABASE_POOL_SIZE", "3")
    monkeypatch.setenv("PYSHOP_STATE_DIR", "state")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")

    settings = Settings()

    assert settings.database_pool_size == 3
    assert settings.state_dir == Path("state")
    assert settings.redis_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_POOL_SIZE", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("SECRET_KEY", "thirty-one characters are short"),
    ],
)
def test_refuses_a_value_by_the_name_of_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PYSHOP_{name}", value)

    with pytest.raises(ValidationError) as refused:
        Settings()

    assert [error["loc"] for error in refused.value.errors()] == [(name.lower(),)]


def test_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().database_pool_size = 20


def test_a_process_gets_the_same_settings_by_its_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings.model_validate(
        {
            "database_url": "postgresql://shop",
            "secret_key": "k" * 32,
            "previous_secret_keys": ["p" * 32, '"' * 32],
            "access_token_minutes": 5,
        }
    )
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)

    assert Settings() == settings


def test_a_secret_is_not_shown() -> None:
    settings = Settings.model_validate({"secret_key": "k" * 32, "previous_secret_keys": ["p" * 32]})

    assert "k" * 32 not in repr(settings)
    assert "p" * 32 not in repr(settings)
