r"""Measures PyShop's graph beside the limit, bare rows and plain Strawberry.

A quick run, as tuning wants it, takes half a minute to prepare and then what it is given:

    PYSHOP_DATA=../shared/data python -m benchmarks.graph \
        --operations list,detail --ways limit,trusted --seconds 2 --repeats 1

It prints a table and writes nothing. `make bench` runs everything and writes
`benchmarks/report.json`, `docs/performance.md` and `docs/performance.svg` (`--write`).
"""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.graph.database_meter import database_meter
from benchmarks.graph.load import LoadClient
from benchmarks.graph.machine import machine
from benchmarks.graph.measuring import Bench, Plan
from benchmarks.graph.operations import OPERATIONS
from benchmarks.graph.report import Report, rows_of
from benchmarks.graph.servers import served, span_sink
from benchmarks.graph.shop import benchmark_settings, prepared_shop
from benchmarks.graph.table import print_table
from benchmarks.graph.ways import WAYS
from core.embedded.servers import embedded_servers
from core.errors import SetupError
from core.settings import Settings

_CONSOLE = Console(stderr=True)


def main(
    operations: Annotated[str, typer.Option(help="Which, by commas.")] = ",".join(OPERATIONS),
    ways: Annotated[str, typer.Option(help="Which, by commas.")] = ",".join(WAYS),
    concurrency: Annotated[str, typer.Option(help="Units under way at a time.")] = "1,16,64",
    seconds: Annotated[float, typer.Option(help="How long each is measured.")] = 1.5,
    repeats: Annotated[int, typer.Option(help="How often each is measured.")] = 3,
) -> None:
    """Measure the ways of answering a graph side by side."""
    plan = Plan(
        [OPERATIONS[each] for each in operations.split(",")],
        ways.split(","),
        [int(each) for each in concurrency.split(",")],
        seconds,
        repeats,
    )
    with TemporaryDirectory(prefix="pyshop-benchmark-") as name:
        folder = Path(name)
        # Run by root, PostgreSQL is another user, who must get through to its data.
        folder.chmod(0o711)
        with embedded_servers(Settings(state_dir=folder)) as servers:
            report = asyncio.run(_measured(servers, folder, plan))
    print_table(report)


async def _measured(server: Settings, folder: Path, plan: Plan) -> Report:
    client = LoadClient(folder)
    data = Path(os.environ["PYSHOP_DATA"]) / "icecat"
    async with AsyncExitStack() as stack:
        sink = stack.enter_context(span_sink())
        settings = benchmark_settings(server, sink)
        with _CONSOLE.status("preparing the shop"):
            shop = await stack.enter_async_context(prepared_shop(settings, data))
            servers = {
                way: stack.enter_context(
                    served(
                        way,
                        WAYS[way].command,
                        WAYS[way].environment(settings),
                        folder / f"{way}.log",
                    )
                )
                for way in plan.ways
            }
        meter = await stack.enter_async_context(database_meter(settings.database_url or ""))
        bench = Bench(shop, servers, meter, client)
        with _CONSOLE.status("") as status:
            measured = []
            async for each in bench.measure(plan):
                status.update(f"{each.operation} {each.concurrency} {each.way}")
                measured.append(each)
        version = await shop.connection.fetchval("SHOW server_version")
    return Report(machine(version), rows_of(measured))


if __name__ == "__main__":
    try:
        typer.run(main)
    except SetupError as error:
        sys.exit(f"benchmark: {error}")
