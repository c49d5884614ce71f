"""Draws the throughput of every way, as a share of the limit's, for the README."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.graph.goals import CONCURRENCY
from benchmarks.graph.operations import OPERATIONS
from benchmarks.graph.report import Report
from benchmarks.graph.ways import WAYS

CHART = Path(__file__).parent.parent.parent / "docs" / "performance.svg"
LABEL, BARS, FIGURES = 110, 480, 150
BAR, GAP, TOP = 11, 14, 54
NAMES = {
    "limit": "limit: one SQL statement",
    "rows": "rows: asyncpg and orjson",
    "plain": "plain Strawberry",
    "adhoc": "PyShop, ad hoc",
    "trusted": "PyShop, trusted document",
}
# Both modes of a page; each colour keeps its contrast on the other ground.
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .small { font-size: 10px; fill: #57606a; }
  .limit { fill: #8c959f; } .rows { fill: #bf8700; } .plain { fill: #cf222e; }
  .adhoc { fill: #54aeff; } .trusted { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .small { fill: #9198a1; }
    .limit { fill: #6e7681; } .rows { fill: #d29922; } .plain { fill: #f85149; }
    .adhoc { fill: #79c0ff; } .trusted { fill: #388bfd; }
  }
"""


def chart(report: Report) -> str:
    """Return the chart as SVG: a group of bars for each operation, a bar for each way."""
    height = TOP + len(OPERATIONS) * (len(WAYS) * BAR + GAP)
    width = LABEL + BARS + FIGURES
    title = f"Requests a second with {CONCURRENCY} at once, to those of the limit"
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}">',
        f"<style>{STYLE}</style>",
        f'<text x="{LABEL}" y="16">{title}</text>',
        *_legend(),
        *_groups(report),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _legend() -> Iterator[str]:
    place = LABEL
    for way, name in NAMES.items():
        yield f'<rect class="{way}" x="{place}" y="28" width="9" height="9"/>'
        yield f'<text class="small" x="{place + 13}" y="36">{name}</text>'
        place += 25 + 5 * len(name)


def _groups(report: Report) -> Iterator[str]:
    for number, operation in enumerate(OPERATIONS):
        top = TOP + number * (len(WAYS) * BAR + GAP)
        middle = top + len(WAYS) * BAR / 2 + 4
        yield f'<text x="{LABEL - 8}" y="{middle}" text-anchor="end">{operation}</text>'
        for place, way in enumerate(WAYS):
            yield from _bar(report, operation, way, top + place * BAR)


def _bar(report: Report, operation: str, way: str, top: int) -> Iterator[str]:
    row = report.row(operation, way, CONCURRENCY)
    share = report.ratio(row, "limit", lambda each: each.rps) if row is not None else None
    if row is None or share is None:
        return
    width = max(1, round(BARS * min(share, 1), 1))
    yield f'<rect class="{way}" x="{LABEL}" y="{top}" width="{width}" height="{BAR - 2}"/>'
    yield (
        f'<text class="small" x="{LABEL + width + 5}" y="{top + BAR - 3}">'
        f"{row.rps:,.0f}/s, {share:.0%}</text>"
    )
