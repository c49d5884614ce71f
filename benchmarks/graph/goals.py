"""What PyShop means to reach, as ratios to the references of the same run."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.graph.report import Report, Row

READS = ("list", "detail", "search", "suggest", "cart_read", "order_history", "entities")
WRITES = ("cart_add", "checkout")
# Goals are held where servers are busy and no queue is long.
CONCURRENCY = 16
# The CPU time of the limit's list page, API and PostgreSQL together, for which the bounds on CPU
# time were set: they grow with it on a slower machine.
LIMIT_CPU_MS = 1.4
CPU_BOUNDS_MS = {
    "list": 3.3,
    "detail": 2.5,
    "cart_add": 7.0,
    "checkout": 25.0,
    "order_history": 4.0,
}


@dataclass(frozen=True)
class Goal:
    """A bound and what was measured, or None where it was not."""

    text: str
    bound: float
    measured: float | None
    at_least: bool = False
    digits: int = 2

    @property
    def is_reached(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound

    @property
    def bound_text(self) -> str:
        return f"at {'least' if self.at_least else 'most'} {self.bound:.{self.digits}f}"

    @property
    def measured_text(self) -> str:
        return "" if self.measured is None else f"{self.measured:.{self.digits}f}"


def goals(report: Report) -> list[Goal]:
    return [
        *_list_goals(report),
        *(_faster_than_plain(report, operation) for operation in READS),
        *(_lighter_than_plain(report, operation) for operation in WRITES),
        *(_cpu_goal(report, operation) for operation in CPU_BOUNDS_MS),
        *_process_goals(report),
    ]


def _rps(row: Row) -> float:
    return row.rps


def _ratio(
    report: Report, operation: str, way: str, to: str, figure: Callable[[Row], float]
) -> float | None:
    row = report.row(operation, way, CONCURRENCY)
    return report.ratio(row, to, figure) if row is not None else None


def _list_goals(report: Report) -> list[Goal]:
    def list_page(way: str, to: str, figure: Callable[[Row], float]) -> float | None:
        return _ratio(report, "list", way, to, figure)

    return [
        Goal(
            "list, trusted: throughput to the limit's",
            0.6,
            list_page("trusted", "limit", _rps),
            at_least=True,
        ),
        Goal(
            "list, trusted: p95 to the limit's",
            1.8,
            list_page("trusted", "limit", lambda row: row.p95_ms),
        ),
        Goal(
            "list, trusted: CPU of the API to plain's",
            1 / 15,
            list_page("trusted", "plain", lambda row: row.api_cpu_ms),
            digits=3,
        ),
        Goal(
            "list, ad hoc: throughput to the limit's",
            0.45,
            list_page("adhoc", "limit", _rps),
            at_least=True,
        ),
    ]


def _faster_than_plain(report: Report, operation: str) -> Goal:
    """Hold a read to plain's throughput, and tell what could be reached: PostgreSQL bounds both."""
    measured, most = (_ratio(report, operation, way, "plain", _rps) for way in ("trusted", "limit"))
    text = f"{operation}, trusted: throughput to plain's"
    if most is not None:
        text += f" (the limit's: {most:.1f})"
    return Goal(text, 4, measured, at_least=True)


def _lighter_than_plain(report: Report, operation: str) -> Goal:
    measured = _ratio(report, operation, "trusted", "plain", lambda row: row.api_cpu_ms)
    return Goal(f"{operation}, trusted: CPU of the API to plain's", 0.5, measured)


def _cpu_goal(report: Report, operation: str) -> Goal:
    row, limit = (
        report.row(*wanted, CONCURRENCY) for wanted in ((operation, "trusted"), ("list", "limit"))
    )
    slowness = limit.cpu_ms / LIMIT_CPU_MS if limit is not None else 1
    bound = CPU_BOUNDS_MS[operation]
    return Goal(
        f"{operation}, trusted: CPU ms of API and PostgreSQL ({bound} x {slowness:.2f})",
        bound * slowness,
        row.cpu_ms if row is not None else None,
    )


def _process_goals(report: Report) -> list[Goal]:
    memory = [row.rss_mb for row in report.rows if row.way in {"adhoc", "trusted"}]
    return [
        Goal("MB of one worker after the run", 200, max(memory, default=None), digits=0),
        Goal("seconds from the start to the first answer", 2.5, report.first_answer_s),
    ]
