"""What was measured, in the form of `benchmarks/report.json`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from benchmarks.graph.measuring import Measurement
from benchmarks.graph.operations import OPERATIONS
from benchmarks.graph.ways import WAYS

REPORT = Path(__file__).parent.parent / "report.json"


@dataclass(frozen=True)
class Row:
    """The median of all runs, with the least and the most of what is compared.

    A request is a whole unit, so that a checkout's two count as one; times are in milliseconds.
    """

    operation: str
    way: str
    concurrency: int
    rps: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    api_cpu_ms: float
    pg_cpu_ms: float
    statements: float
    rss_mb: float
    rps_min: float
    rps_max: float
    p95_min_ms: float
    p95_max_ms: float
    runs: int

    @property
    def cpu_ms(self) -> float:
        """The CPU time of the API and of PostgreSQL together."""
        return self.api_cpu_ms + self.pg_cpu_ms


@dataclass(frozen=True)
class Report:
    """`first_answer_s` is from the start of a process to its first answer, bytecode compiled."""

    machine: str
    rows: Sequence[Row]
    first_answer_s: float | None = None

    def row(self, operation: str, way: str, concurrency: int) -> Row | None:
        """Return a row, or None where it was not measured."""
        wanted = (operation, way, concurrency)
        found = (row for row in self.rows if (row.operation, row.way, row.concurrency) == wanted)
        return next(found, None)

    def ratio(self, row: Row, way: str, figure: Callable[[Row], float]) -> float | None:
        """Divide a figure of a row by that of another way, or None where that was not measured."""
        other = self.row(row.operation, way, row.concurrency)
        return figure(row) / figure(other) if other is not None and figure(other) else None


def rows_of(measured: Iterable[Measurement]) -> list[Row]:
    """Join the runs of each operation, way and concurrency, and put them in order."""
    groups: dict[tuple[str, int, str], list[Measurement]] = {}
    for each in measured:
        groups.setdefault((each.operation, each.concurrency, each.way), []).append(each)
    operations, ways = list(OPERATIONS), list(WAYS)
    return sorted(
        map(_row, groups.values()),
        key=lambda row: (
            operations.index(row.operation),
            row.concurrency,
            ways.index(row.way),
        ),
    )


def _row(runs: Sequence[Measurement]) -> Row:
    first = runs[0]
    rates = [each.answered.rps for each in runs]
    p95 = [each.answered.p95_ms for each in runs]
    return Row(
        first.operation,
        first.way,
        first.concurrency,
        rps=median(rates),
        p50_ms=median(each.answered.p50_ms for each in runs),
        p95_ms=median(p95),
        p99_ms=median(each.answered.p99_ms for each in runs),
        api_cpu_ms=median(each.api_cpu_ms for each in runs),
        pg_cpu_ms=median(each.pg_cpu_ms for each in runs),
        statements=median(each.statements for each in runs),
        rss_mb=median(each.rss_mb for each in runs),
        rps_min=min(rates),
        rps_max=max(rates),
        p95_min_ms=min(p95),
        p95_max_ms=max(p95),
        runs=len(runs),
    )


def written(report: Report) -> bytes:
    """Write a report as JSON; a thousandth of a figure is more than was measured."""
    whole = {
        "machine": report.machine,
        "first_answer_s": report.first_answer_s,
        "rows": [asdict(row) for row in report.rows],
    }
    return orjson.dumps(_rounded(whole), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _rounded(value: Any) -> Any:  # noqa: ANN401 - JSON.
    match value:
        case float():
            return round(value, 3)
        case Mapping():
            return {key: _rounded(each) for key, each in value.items()}
        case list():
            return [_rounded(each) for each in value]
        case _:
            return value
