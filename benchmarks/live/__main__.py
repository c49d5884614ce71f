"""Measures subscriptions: what idle ones take, and how soon a commit is told.

One `bin/pyshop serve` and one `bin/pyshop worker`, with embedded servers of their own, have 5,000
subscribers who are told nothing, each another customer on another socket: a viewer's limits are as
in production. Then 100 more are told of 100 changes a second. It takes three minutes or so and
fails when an event does not arrive exactly once. Run it from the root: `python -m benchmarks.live`.
"""
# ruff: noqa: T201 - What a benchmark prints is its result.

import asyncio
import resource
import secrets
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import monotonic

import psutil  # type: ignore[import-untyped]  # It ships no types.
from pydantic import SecretStr

from app.worker import worker_beside
from benchmarks.graph.database_meter import DatabaseMeter, database_meter
from benchmarks.graph.machine import machine
from benchmarks.graph.servers import Server, cpu_seconds, served
from benchmarks.live.shop import Customer, all_orders, one_or_all, prepared_customers
from benchmarks.live.subscribers import Arrival, Key, SubscriberError, subscribed
from benchmarks.live.writing import move_orders
from core.embedded.servers import embedded_servers
from core.errors import SetupError
from core.redis import open_redis
from core.settings import ROOT, Settings
from tasks.heartbeat import count_workers

IDLE, ACTIVE = 5_000, 100
# Each is shipped and then delivered, which makes as many seconds of changes as twice this.
ORDERS_EACH = 15
RATE = 100
IDLE_SECONDS = 30
_OPEN_FILES = IDLE + ACTIVE + 500


class LostEventError(Exception):
    """An event did not arrive exactly once."""


class Meters:
    """The CPU time of the API, the worker and PostgreSQL, and the statements sent to it."""

    def __init__(self, api: Server, worker: psutil.Process, database: DatabaseMeter) -> None:
        self._api, self._worker, self._database = api, worker, database

    async def read(self) -> dict[str, float]:
        return {
            "at": monotonic(),
            "API": self._api.cpu_seconds(),
            "worker": cpu_seconds(self._worker),
            "PostgreSQL": self._database.cpu_seconds(),
            "statements": await self._database.statements(),
        }

    async def print_since(self, before: Mapping[str, float]) -> None:
        after = await self.read()
        seconds = after["at"] - before["at"]
        shares = [
            f"{name} {(after[name] - before[name]) / seconds:.1%}"
            for name in ("API", "worker", "PostgreSQL")
        ]
        statements = (after["statements"] - before["statements"]) / seconds
        print(f"  CPU, of a core: {', '.join(shares)}; {statements:.0f} statements/s")


async def measure(settings: Settings, folder: Path) -> None:
    idle, active = await prepared_customers(
        settings, idle=IDLE, active=ACTIVE, orders_each=ORDERS_EACH
    )
    command = [str(ROOT / "bin" / "pyshop"), "serve"]
    quiet = settings.model_copy(update={"log_level": "WARNING"})
    async with database_meter(settings.database_url or "") as database:
        print(machine(await database.version()))
        with (
            served(command, settings.environment(), log=folder / "api.log") as api,
            worker_beside(quiet) as worker,
        ):
            api.wait_until_there()
            await _worker_is_there(settings)
            meters = Meters(api, psutil.Process(worker.pid), database)
            await _measure(settings, api, meters, idle, active)


async def _measure(
    settings: Settings,
    api: Server,
    meters: Meters,
    idle: Sequence[Customer],
    active: Sequence[Customer],
) -> None:
    url = api.url.replace("http", "ws") + "/graphql"
    memory, started = api.memory_megabytes(), monotonic()
    with subscribed(url, one_or_all(settings, idle)) as silent:
        print(f"{len(idle):,} idle subscribers, there after {monotonic() - started:.0f} s")
        _print_memory(memory, api.memory_megabytes(), len(idle))
        before = await meters.read()
        await asyncio.sleep(IDLE_SECONDS)
        await meters.print_since(before)

        with subscribed(url, all_orders(settings, active)) as followers:
            before = await meters.read()
            committed = await move_orders(settings, active, rate=RATE)
            seconds = monotonic() - before["at"]
            print(f"{len(active)} more, told {len(committed):,} events in {seconds:.1f} s")
            await meters.print_since(before)
            arrivals = followers.arrivals(len(committed))
        check(committed, arrivals, silent.arrivals(0))
    _print_memory(memory, api.memory_megabytes(), len(idle) + len(active))
    print_latency([each.at - committed[each.key] for each in arrivals])


def check(
    committed: Mapping[Key, float], arrivals: Sequence[Arrival], strays: Sequence[Arrival]
) -> None:
    """Raise LostEventError where an event did not arrive once, or came to an idle subscriber."""
    came = Counter(each.key for each in arrivals)
    lost = len(committed.keys() - came.keys())
    repeated = came.total() - len(came)
    if lost or repeated or strays:
        raise LostEventError(f"{lost} lost, {repeated} told again, {len(strays)} told to others")


def _print_memory(before: float, after: float, subscribers: int) -> None:
    each = (after - before) * 1024 / subscribers
    print(f"  memory of the API: {before:.0f} MB, then {after:.0f} MB: {each:.1f} KB each")


def print_latency(seconds: Sequence[float]) -> None:
    hundredths = quantiles(seconds, n=100)
    figures = {
        "p50": hundredths[49],
        "p95": hundredths[94],
        "p99": hundredths[98],
        "max": max(seconds),
    }
    shown = ", ".join(f"{name} {each * 1000:.0f} ms" for name, each in figures.items())
    print(f"  from the commit to the client: {shown}")


async def _worker_is_there(settings: Settings) -> None:
    async with open_redis(settings) as redis, asyncio.timeout(60):
        while not await count_workers(redis):  # noqa: ASYNC110 - It is another process's to say.
            await asyncio.sleep(0.1)


def _allow_open_files() -> None:
    """Let this process and those it starts open enough; raises SetupError where that is refused."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < _OPEN_FILES:
        raise SetupError(f"A process may open {hard} files, and needs {_OPEN_FILES}.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, _OPEN_FILES), hard))


def main() -> None:
    _allow_open_files()
    with TemporaryDirectory(prefix="pyshop-live-") as name:
        state = Path(name)
        # Run by root, PostgreSQL is another user, who must get through to its data.
        state.chmod(0o711)
        own = Settings(
            state_dir=state,
            database_url=None,
            redis_url=None,
            secret_key=SecretStr(secrets.token_urlsafe(32)),
        )
        with embedded_servers(own) as settings:
            asyncio.run(measure(settings, state))


if __name__ == "__main__":
    try:
        main()
    except (SetupError, SubscriberError, LostEventError) as error:
        sys.exit(f"benchmark: {error}")
