"""Writes the figures into `docs/performance.md`, between its marks."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.graph.goals import CONCURRENCY, Goal, goals
from benchmarks.graph.report import Report, Row

PAGE = Path(__file__).parent.parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
WORDS = {True: "yes", False: "**no**", None: "not measured"}


def write_page(report: Report) -> None:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{figures(report)}\n\n{END}{after}")


def figures(report: Report) -> str:
    """Return all that is generated of the page."""
    concurrencies = sorted({row.concurrency for row in report.rows})
    others = [each for each in concurrencies if each != CONCURRENCY]
    runs = min((row.runs for row in report.rows), default=0)
    parts = [
        f"Measured on: {report.machine}. Runs of each: {runs}.",
        _table(report, CONCURRENCY),
        *(_folded(f"{each} at once", _table(report, each)) for each in others),
        "### Goals",
        _goal_table(goals(report)),
    ]
    return "\n\n".join(parts)


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{content}\n\n</details>"


def _table(report: Report, concurrency: int) -> str:
    heads = (
        *("operation", "way", "requests/s", "min to max", "p50 ms", "p95 ms", "p99 ms"),
        *("API CPU ms", "PostgreSQL CPU ms", "statements", "MB", "to limit", "to plain"),
    )
    rows = [_cells(report, row) for row in report.rows if row.concurrency == concurrency]
    return _markdown(heads, rows)


def _cells(report: Report, row: Row) -> list[str]:
    ratios = [report.ratio(row, way, lambda each: each.rps) for way in ("limit", "plain")]
    return [
        row.operation,
        row.way,
        f"{row.rps:,.1f}",
        f"{row.rps_min:,.1f} to {row.rps_max:,.1f}",
        *(f"{each:.1f}" for each in (row.p50_ms, row.p95_ms, row.p99_ms)),
        *(f"{each:.2f}" for each in (row.api_cpu_ms, row.pg_cpu_ms)),
        f"{row.statements:.0f}",
        f"{row.rss_mb:.0f}",
        *("" if each is None else f"{each:.2f}" for each in ratios),
    ]


def _goal_table(held: Sequence[Goal]) -> str:
    rows = [
        [goal.text, goal.bound_text, goal.measured_text, WORDS[goal.is_reached]] for goal in held
    ]
    return _markdown(("goal", "bound", "measured", "reached"), rows)


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * 2 + ["---:"] * (len(heads) - 2), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
