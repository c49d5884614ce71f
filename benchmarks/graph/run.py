"""One run: a shop, its servers, the measurements, and what is reported of them."""

import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.console import Console

from benchmarks.graph.database_meter import database_meter
from benchmarks.graph.load import LoadClient
from benchmarks.graph.machine import machine
from benchmarks.graph.measuring import Bench, Measurement, Plan
from benchmarks.graph.operations import OPERATIONS
from benchmarks.graph.report import Report, rows_of
from benchmarks.graph.servers import Server, served, span_sink
from benchmarks.graph.shop import Shop, benchmark_settings, prepared_shop
from benchmarks.graph.ways import WAYS
from core.errors import SetupError
from core.settings import Settings

_CONSOLE = Console(stderr=True)


async def run(server: Settings, folder: Path, plan: Plan) -> Report:
    """Measure on an embedded server; raises SetupError for what keeps it from being right.

    `folder` takes the load client and the servers' logs.
    """
    client = LoadClient(folder)
    async with AsyncExitStack() as stack:
        settings = benchmark_settings(server, stack.enter_context(span_sink()))
        with _CONSOLE.status("Preparing the shop"):
            shop = await stack.enter_async_context(prepared_shop(settings, _icecat()))
            servers = _serve(stack, settings, plan.ways, folder)
        meter = await stack.enter_async_context(database_meter(settings.database_url or ""))
        described = machine(await shop.connection.fetchval("SHOW server_version"))
        measured = await _measure(Bench(shop, servers, meter, client), plan)
        seconds = await _first_answer(shop, client, folder, plan.starts)
    return Report(described, rows_of(measured), seconds)


def _icecat() -> Path:
    if "PYSHOP_DATA" not in os.environ:
        raise SetupError("Set PYSHOP_DATA to the folder of the real data sets.")
    return Path(os.environ["PYSHOP_DATA"]) / "icecat"


def _serve(
    stack: AsyncExitStack, settings: Settings, ways: Sequence[str], folder: Path
) -> dict[str, Server]:
    servers = {
        name: stack.enter_context(
            served(WAYS[name].command, WAYS[name].environment(settings), log=folder / f"{name}.log")
        )
        for name in ways
    }
    for server in servers.values():
        server.wait_until_there()
    return servers


async def _measure(bench: Bench, plan: Plan) -> list[Measurement]:
    measured = []
    with _CONSOLE.status("") as status:
        async for each in bench.measure(plan):
            status.update(
                f"{each.operation}, {each.concurrency} at once, {each.way}:"
                f" {each.answered.rps:.1f} requests/s"
            )
            measured.append(each)
    return measured


async def _first_answer(shop: Shop, client: LoadClient, folder: Path, starts: int) -> float | None:
    """Return the seconds from the start of a process of PyShop to its first list page.

    None where no start is timed. The processes that were measured have left the bytecode compiled.
    """
    way = WAYS["trusted"]
    ((call,),) = await OPERATIONS["list"].units(shop, 1)
    request = way.request(call, shop.api_key)
    taken = []
    for _ in range(starts):
        started = perf_counter()
        with served(
            way.command, way.environment(shop.settings), log=folder / "start.log"
        ) as server:
            server.wait_until_there()
            client.answers(server, [[request]])
            taken.append(perf_counter() - started)
    return median(taken) if taken else None
