r"""Measures PyShop's graph beside the limit, bare rows and plain Strawberry.

A quick run, as tuning wants it, keeps the shop that it prepares once, in about a minute:

    PYSHOP_DATA=../shared/data python -m benchmarks.graph --state .pyshop/benchmark \
        --operations list,detail --ways limit,trusted --concurrency 16 --repeats 1 --starts 0

It prints a table and writes nothing. `make bench` measures everything on a shop that it throws away
and writes `benchmarks/report.json`, `docs/performance.md` and `docs/performance.svg` (`--write`).
"""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, TypeVar

import typer

from benchmarks.graph.chart import CHART, chart
from benchmarks.graph.measuring import Plan
from benchmarks.graph.operations import OPERATIONS
from benchmarks.graph.page import write_page
from benchmarks.graph.report import REPORT, written
from benchmarks.graph.run import run
from benchmarks.graph.table import print_goals, print_table
from benchmarks.graph.ways import WAYS
from core.embedded.servers import embedded_servers
from core.errors import SetupError
from core.settings import Settings

T = TypeVar("T")


def main(  # noqa: PLR0913 - Each is an option of the command line.
    *,
    operations: Annotated[str, typer.Option(help="Which, by commas.")] = ",".join(OPERATIONS),
    ways: Annotated[str, typer.Option(help="Which, by commas.")] = ",".join(WAYS),
    concurrency: Annotated[str, typer.Option(help="How many at once, by commas.")] = "1,16,64",
    seconds: Annotated[float, typer.Option(help="How long each run goes on.")] = 1.5,
    repeats: Annotated[int, typer.Option(help="How many runs each figure is the median of.")] = 3,
    starts: Annotated[int, typer.Option(help="How often the start of PyShop is timed.")] = 3,
    state: Annotated[
        Path | None, typer.Option(help="A folder that keeps the shop for the next time.")
    ] = None,
    write: Annotated[bool, typer.Option(help="Write the report, its page and its chart.")] = False,
) -> None:
    """Measure the ways to answer a graph, side by side."""
    plan = Plan(
        [_known(OPERATIONS, each) for each in operations.split(",")],
        [_known(WAYS, each).name for each in ways.split(",")],
        [int(each) for each in concurrency.split(",")],
        seconds,
        repeats,
        starts,
    )
    with (
        _folder(state) as kept,
        TemporaryDirectory() as folder,
        embedded_servers(Settings(state_dir=kept)) as servers,
    ):
        report = asyncio.run(run(servers, Path(folder), plan))
    print_table(report)
    print_goals(report)
    if write:
        REPORT.write_bytes(written(report))
        CHART.write_text(chart(report))
        write_page(report)


def _known(known: Mapping[str, T], name: str) -> T:
    if name not in known:
        raise SetupError(f"There is no {name}; there are {', '.join(known)}.")
    return known[name]


@contextmanager
def _folder(state: Path | None) -> Iterator[Path]:
    if state is not None:
        state.mkdir(parents=True, exist_ok=True)
        yield state
        return
    with TemporaryDirectory(prefix="pyshop-benchmark-") as name:
        folder = Path(name)
        # Run by root, PostgreSQL is another user, who must get through to its data.
        folder.chmod(0o711)
        yield folder


if __name__ == "__main__":
    try:
        typer.run(main)
    except SetupError as error:
        sys.exit(f"benchmark: {error}")
