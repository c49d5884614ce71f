from collections.abc import Mapping, Sequence
from configparser import ConfigParser
from importlib.metadata import packages_distributions
from pathlib import Path

from core.settings import ROOT

ROOMS = {
    "app",
    "benchmarks",
    "client",
    "core",
    "execution",
    "loaders",
    "migrations",
    "models",
    "resolvers",
    "rest",
    "schema",
    "search",
    "services",
    "tasks",
    "tests",
}
VAGUE = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
LONGEST = 400


def owners(rooms: set[str], distributions: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The rooms whose name an installed distribution uses too, so that one would hide the other."""
    return {room: distributions[room] for room in rooms & distributions.keys()}


def sources() -> list[Path]:
    return [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]


def test_no_distribution_owns_the_name_of_a_room() -> None:
    assert owners(ROOMS, packages_distributions()) == {}


def test_an_owned_name_would_be_found() -> None:
    assert owners({"core", "fastapi"}, packages_distributions()) == {"fastapi": ["fastapi"]}


def test_every_folder_with_python_is_a_room() -> None:
    folders = {
        folder.name
        for folder in ROOT.iterdir()
        if folder.is_dir() and not folder.name.startswith(".") and any(folder.rglob("*.py"))
    }

    assert folders == ROOMS


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in sources() if VAGUE & {path.stem, path.parent.name}] == []


def test_no_file_is_too_long_to_read() -> None:
    # Alembic writes the revisions, each in one file whatever it changes, and `make client` these.
    written_by_tools = {ROOT / "migrations" / "versions", ROOT / "client" / "generated"}
    read = [path for path in sources() if path.parent not in written_by_tools]

    assert [path for path in read if len(path.read_text().splitlines()) > LONGEST] == []


def test_the_import_contracts_know_every_room() -> None:
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")

    known = set(contracts["importlinter"]["root_packages"].split())
    assert known == ROOMS - {"benchmarks", "migrations", "tests"}
