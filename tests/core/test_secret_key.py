import os
import stat
from multiprocessing import get_context
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.errors import SetupError
from core.secret_key import with_secret_key
from core.settings import Settings


@pytest.fixture(autouse=True)
def without_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("PYSHOP_"):
            monkeypatch.delenv(name)


def key_in(folder: Path) -> str:
    key = with_secret_key(Settings(state_dir=folder)).secret_key
    assert key is not None
    return key.get_secret_value()


def test_a_laptop_keeps_the_key_that_it_made(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    key = key_in(folder)

    assert len(key) >= 32
    assert key_in(folder) == key
    assert [path.name for path in folder.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600


def test_each_laptop_makes_its_own(tmp_path: Path) -> None:
    assert key_in(tmp_path / "a") != key_in(tmp_path / "b")


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with get_context("spawn").Pool(3) as pool:
        keys = pool.map(key_in, [tmp_path] * 3)

    assert len(set(keys)) == 1


def test_a_configured_key_is_taken() -> None:
    settings = Settings(secret_key=SecretStr("k" * 32), database_url="postgresql://shop")

    assert with_secret_key(settings) is settings


def test_a_configured_database_wants_a_configured_key(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as refused:
        with_secret_key(Settings(state_dir=tmp_path, database_url="postgresql://shop"))

    assert str(refused.value) == (
        "Set PYSHOP_SECRET_KEY to a random text of at least 32 characters, the same on every"
        " machine that serves: it signs access tokens."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(SetupError, match="The key of access tokens cannot be kept in"):
        key_in(file)
