"""The import contracts hold, and each of them can fail."""

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from core.settings import ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
CONTRACTS = ConfigParser()
CONTRACTS.read(ROOT / ".importlinter")
ROOMS = CONTRACTS["importlinter"]["root_packages"].split()
# A module, what it must not import, and what import-linter says of the two.
FORBIDDEN = [
    ("client.shop", "core.money", "client is not allowed to import core"),
    ("app.health", "client.errors", "app is not allowed to import client"),
    ("core.money", "models.catalog", "core is not allowed to import models"),
    ("models.catalog", "loaders.batches", "models is not allowed to import loaders"),
    ("models.inventory", "core.settings", "models is not allowed to import core.settings"),
    ("loaders.batches", "execution.rows", "loaders is not allowed to import execution"),
    ("loaders.variants", "search.port", "loaders is not allowed to import search"),
    ("services.demo.catalogue", "search.port", "services is not allowed to import search"),
    ("services.demo.products", "fastapi", "services is not allowed to import fastapi"),
    ("resolvers.catalog", "strawberry", "resolvers is not allowed to import strawberry"),
    ("resolvers.nodes", "elasticsearch", "resolvers is not allowed to import elasticsearch"),
    ("services.events", "celery", "services is not allowed to import celery"),
    ("tasks.relay", "loaders.batches", "tasks is not allowed to import loaders"),
    ("rest.products", "loaders.products", "rest is not allowed to import loaders"),
    ("schema.catalog", "schema.carts", "schema.catalog is not allowed to import schema.carts"),
    ("schema.nodes", "sqlalchemy", "schema is not allowed to import sqlalchemy"),
]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINT_IMPORTS), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own tool.


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the rooms with all the forbidden imports."""
    copy = tmp_path_factory.mktemp("rooms")
    shutil.copy(ROOT / ".importlinter", copy)
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    for importer, imported, _ in FORBIDDEN:
        with (copy / importer.replace(".", "/")).with_suffix(".py").open("a") as module:
            module.write(f"\nimport {imported}\n")
    outcome = lint_imports(copy)
    assert outcome.returncode == 1, outcome.stdout
    return outcome.stdout


def test_the_rooms_keep_every_contract() -> None:
    outcome = lint_imports(ROOT)

    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(("importer", "imported", "complaint"), FORBIDDEN)
def test_a_forbidden_import_is_found(
    complaints: str, importer: str, imported: str, complaint: str
) -> None:
    assert f"{complaint}:" in complaints
    assert f"- {importer} -> {imported} (l." in " ".join(complaints.split())


def test_every_contract_can_break(complaints: str) -> None:
    contracts = [each for each in CONTRACTS.sections() if each.startswith("importlinter:contract:")]

    assert f"Contracts: 0 kept, {len(contracts)} broken." in complaints
