"""What the command line does as jobs: an import, and a new index."""

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

import app.jobs
from app.cli import app as pyshop
from app.jobs import running_job
from app.resources import Resources, open_resources
from core.ids import decode_id
from core.settings import ROOT, Settings
from models import Event, Job, Product
from search.postgresql.engine import PostgresqlSearch
from services.jobs import JobKind
from tests.services.catalog_import.articles import article
from tests.tasks.log import until

T = TypeVar("T")


@pytest.fixture(autouse=True)
def on_servers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line finds the test's own servers, and starts none."""
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)


def with_shop(settings: Settings, work: Callable[[Resources], Awaitable[T]]) -> T:
    async def opened() -> T:
        async with open_resources(settings) as resources:
            return await work(resources)

    return asyncio.run(opened())


async def all_jobs(resources: Resources) -> list[tuple[Any, ...]]:
    wanted = select(Job.id, Job.kind, Job.status, Job.done, Job.total, Job.error).order_by(Job.id)
    return [tuple(row) for row in await resources.database.fetch(wanted, {})]


def write(path: Path, articles: int) -> Path:
    lines = [orjson.dumps(article(number)) for number in range(1, articles + 1)]
    path.write_bytes(b"\n".join([*lines, b"nonsense"]))
    return path


def printed(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^(job_\w{26}) (\w+)$", text, re.MULTILINE)


def test_an_import_and_its_index_are_jobs_whose_ids_are_printed(
    settings: Settings, tmp_path: Path
) -> None:
    file = write(tmp_path / "products.jsonl", 3)
    outcome = CliRunner().invoke(pyshop, ["catalog", "import", str(file)])

    assert outcome.exit_code == 0, outcome.output
    (import_id, _), (index_id, _) = printed(outcome.stdout)
    assert outcome.stdout.startswith(f"{import_id} catalog_import\n")
    assert with_shop(settings, all_jobs) == [
        (decode_id(import_id)[1], "catalog_import", "done", 4, 4, None),
        (decode_id(index_id)[1], "search_reindex", "done", 3, 3, None),
    ]


def test_what_fails_fails_its_job(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def reindex(_self: object, progress: Callable[[int], None]) -> int:
        progress(2)
        raise OSError("the disk is full")

    monkeypatch.setattr(PostgresqlSearch, "reindex", reindex)
    outcome = CliRunner().invoke(pyshop, ["search", "reindex"])

    assert isinstance(outcome.exception, OSError)
    ((_, *state),) = with_shop(settings, all_jobs)
    assert state == ["search_reindex", "failed", 2, 0, "OSError: the disk is full"]


def test_progress_is_seen_while_the_work_has_a_transaction_open(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.jobs, "REPORT_SECONDS", 0.01)

    async def work(resources: Resources) -> list[str]:
        async def is_noted() -> bool:
            return bool((await all_jobs(resources))[0][3] == 7)

        async with (
            running_job(resources, JobKind.CATALOG_IMPORT, 9) as advance,
            resources.database.engine.begin() as connection,
        ):
            await connection.execute(select(func.count()).select_from(Product))
            advance(7)
            await until(is_noted)
        types = select(Event.type).order_by(Event.sequence)
        return [each for (each,) in await resources.database.fetch(types, {})]

    assert with_shop(settings, work) == ["job.started", "job.advanced", "job.ended"]


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (signal.SIGTERM, ("failed", "It was interrupted.")),
        # Nobody is there to tell; tests/services/test_jobs.py has what the schedule does then.
        (signal.SIGKILL, ("running", None)),
    ],
)
def test_an_import_that_is_ended(
    settings: Settings, tmp_path: Path, number: signal.Signals, state: tuple[str, str | None]
) -> None:
    file = write(tmp_path / "products.jsonl", 20_000)
    command = [sys.executable, "-m", "app", "catalog", "import", str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command.
        assert process.stdout is not None
        assert printed(process.stdout.readline())
        process.send_signal(number)
        process.wait(30)

    ((_, _, status, _, total, error),) = with_shop(settings, all_jobs)
    assert (status, error) == state
    assert total == 20_001
