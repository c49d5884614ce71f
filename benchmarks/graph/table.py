"""The figures for a terminal."""

from rich.console import Console
from rich.table import Table

from benchmarks.graph.goals import goals
from benchmarks.graph.report import Report, Row

COLUMNS = (
    *("operation", "at once", "way", "requests/s", "least to most", "p50", "p95", "p99"),
    *("API ms", "PG ms", "statements", "MB", "x limit", "x plain"),
)


def print_table(report: Report) -> None:
    table = Table(title=report.machine)
    for name in COLUMNS:
        left = name in {"operation", "way"}
        table.add_column(name, justify="left" if left else "right", no_wrap=True)
    for before, row in zip([None, *report.rows], report.rows, strict=False):
        if before and (before.operation, before.concurrency) != (row.operation, row.concurrency):
            table.add_section()
        table.add_row(*_cells(report, row))
    Console(width=160).print(table)


def print_goals(report: Report) -> None:
    """Print the goals for which enough was measured."""
    table = Table("goal", "bound", "measured", "reached", title="Goals")
    for goal in goals(report):
        if goal.measured is not None:
            is_reached = "yes" if goal.is_reached else "no"
            table.add_row(goal.text, goal.bound_text, goal.measured_text, is_reached)
    Console(width=160).print(table)


def _cells(report: Report, row: Row) -> list[str]:
    ratios = [report.ratio(row, way, lambda each: each.rps) for way in ("limit", "plain")]
    return [
        row.operation,
        str(row.concurrency),
        row.way,
        f"{row.rps:.1f}",
        f"{row.rps_min:.1f} to {row.rps_max:.1f}",
        *(f"{each:.1f}" for each in (row.p50_ms, row.p95_ms, row.p99_ms)),
        *(f"{each:.2f}" for each in (row.api_cpu_ms, row.pg_cpu_ms)),
        f"{row.statements:.1f}",
        f"{row.rss_mb:.0f}",
        *("" if each is None else f"{each:.2f}" for each in ratios),
    ]
