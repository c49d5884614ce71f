"""Measures the ways one after the other, again and again, so that a slow minute is shared."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.graph.database_meter import DatabaseMeter
from benchmarks.graph.load import Answered, LoadClient
from benchmarks.graph.operations import Operation, Unit
from benchmarks.graph.sameness import require_same_answers
from benchmarks.graph.servers import Server
from benchmarks.graph.shop import Shop
from benchmarks.graph.ways import WAYS

READ_UNITS = 200
# More writes in a second than any way does.
WRITES_PER_SECOND = 1500
WARM_UP_SECONDS = 0.7
# So many requests at once open every connection of a pool.
WARM_UP_CONCURRENCY = 16


@dataclass(frozen=True)
class Plan:
    """What is measured; `starts` is how often the start of PyShop is timed."""

    operations: Sequence[Operation]
    ways: Sequence[str]
    concurrencies: Sequence[int]
    seconds: float
    repeats: int
    starts: int


@dataclass(frozen=True)
class Measurement:
    """One run of one way; the figures of CPU and statements are for one unit."""

    operation: str
    way: str
    concurrency: int
    answered: Answered
    api_cpu_ms: float
    pg_cpu_ms: float
    statements: float
    rss_mb: float


@dataclass(frozen=True)
class Run:
    """What is asked of each way in turn; `reads` are the units of a read."""

    operation: Operation
    reads: Sequence[Unit]
    concurrency: int
    seconds: float


class Bench:
    """All that a measurement needs, ready."""

    def __init__(
        self, shop: Shop, servers: Mapping[str, Server], meter: DatabaseMeter, client: LoadClient
    ) -> None:
        self._shop = shop
        self._servers = servers
        self._meter = meter
        self._client = client
        self._pick = Random()  # noqa: S311 - Only an order.

    async def measure(self, plan: Plan) -> AsyncIterator[Measurement]:
        """Yield each run once it is done; raises SetupError where a way answers wrongly."""
        for operation in plan.operations:
            await require_same_answers(self._shop, self._servers, self._client, operation)
            reads = [] if operation.is_write else await operation.units(self._shop, READ_UNITS)
            warm = Run(operation, reads, WARM_UP_CONCURRENCY, WARM_UP_SECONDS)
            rates = {way: (await self._run(warm, way)).answered.rps for way in plan.ways}
            for _ in range(plan.repeats):
                for concurrency in plan.concurrencies:
                    run = Run(operation, reads, concurrency, plan.seconds)
                    for way in self._pick.sample(plan.ways, len(plan.ways)):
                        yield await self._run(run, way, rates[way])

    async def _run(
        self, run: Run, way: str, expected_rps: float = WRITES_PER_SECOND
    ) -> Measurement:
        units = run.reads
        if run.operation.is_write:
            count = int(2 * expected_rps * run.seconds) + run.concurrency
            units = await run.operation.units(self._shop, count)
        requests = [
            [WAYS[way].request(call, self._shop.api_key) for call in unit] for unit in units
        ]
        server = self._servers[way]
        statements = await self._meter.statements()
        before = server.cpu_seconds(), self._meter.cpu_seconds()
        answered = self._client.measure(
            server,
            requests,
            concurrency=run.concurrency,
            seconds=run.seconds,
            once=run.operation.is_write,
        )
        after = server.cpu_seconds(), self._meter.cpu_seconds()
        return Measurement(
            run.operation.name,
            way,
            run.concurrency,
            answered,
            api_cpu_ms=(after[0] - before[0]) * 1000 / answered.count,
            pg_cpu_ms=(after[1] - before[1]) * 1000 / answered.count,
            statements=(await self._meter.statements() - statements) / answered.count,
            rss_mb=server.memory_megabytes(),
        )
