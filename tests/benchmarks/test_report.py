"""What is made of measurements: medians, ratios, goals, the report and its chart."""

from xml.etree import ElementTree as ET

import orjson
import pytest

from benchmarks.graph.chart import chart
from benchmarks.graph.goals import Goal, goals
from benchmarks.graph.load import Answered
from benchmarks.graph.measuring import Measurement
from benchmarks.graph.page import figures
from benchmarks.graph.report import Report, rows_of, written


def measurement(way: str, rps: float, *, p95: float = 20, cpu: float = 0.7) -> Measurement:
    answered = Answered(100, 1.0, rps, p50_ms=10, p95_ms=p95, p99_ms=30, max_ms=40)
    return Measurement(
        "list", way, 16, answered, api_cpu_ms=cpu, pg_cpu_ms=0.7, statements=1, rss_mb=100
    )


@pytest.fixture
def report() -> Report:
    measured = [
        *(measurement("trusted", rps, p95=36) for rps in (480, 720, 600)),
        measurement("limit", 1000),
        measurement("plain", 100, cpu=21),
        measurement("adhoc", 449.999),
    ]
    return Report("a machine", rows_of(measured), first_answer_s=2.6)


def test_a_row_is_the_median_of_its_runs_with_the_least_and_the_most(report: Report) -> None:
    row = report.row("list", "trusted", 16)

    assert row is not None
    assert (row.rps, row.rps_min, row.rps_max, row.runs) == (600, 480, 720, 3)
    assert [each.way for each in report.rows] == ["limit", "plain", "adhoc", "trusted"]


def test_a_ratio_is_to_the_same_operation_with_as_many_at_once(report: Report) -> None:
    row = report.row("list", "trusted", 16)

    assert row is not None
    assert report.ratio(row, "limit", lambda each: each.rps) == 0.6
    assert report.ratio(row, "rows", lambda each: each.rps) is None


def test_goals_are_reached_at_their_bound_and_missed_beyond_it(report: Report) -> None:
    held = {goal.text: goal.is_reached for goal in goals(report)}

    assert held["list, trusted: throughput to the limit's"] is True
    assert held["list, trusted: p95 to the limit's"] is True
    assert held["list, ad hoc: throughput to the limit's"] is False
    assert held["list, trusted: CPU of the API to plain's"] is True
    assert held["list, trusted: throughput to plain's (the limit's: 10.0)"] is True
    assert held["detail, trusted: throughput to plain's"] is None
    assert held["seconds from the start to the first answer"] is False


def test_bounds_on_cpu_time_grow_with_what_the_limit_takes() -> None:
    slow = Report("a machine", rows_of([measurement("limit", 500, cpu=2.1)]))
    bounds = {goal.bound for goal in goals(slow) if goal.text.startswith("list, trusted: CPU ms")}

    assert bounds == {6.6}


def test_the_report_has_the_form_that_is_asked_for(report: Report) -> None:
    whole = orjson.loads(written(report))

    assert whole["machine"] == "a machine"
    assert whole["rows"][2] == {
        "operation": "list",
        "way": "adhoc",
        "concurrency": 16,
        "rps": 449.999,
        "p50_ms": 10,
        "p95_ms": 20,
        "p99_ms": 30,
        "api_cpu_ms": 0.7,
        "pg_cpu_ms": 0.7,
        "statements": 1,
        "rss_mb": 100,
        "rps_min": 449.999,
        "rps_max": 449.999,
        "p95_min_ms": 20,
        "p95_max_ms": 20,
        "runs": 1,
    }


def test_the_page_and_the_chart_show_what_was_measured(report: Report) -> None:
    assert "| list | trusted | 600.0 | 480.0 to 720.0 |" in figures(report)
    # Well-formed, with a bar for each way that was measured beside the five of the legend.
    bars = ET.fromstring(chart(report)).findall("{http://www.w3.org/2000/svg}rect")  # noqa: S314 - Our own.
    assert [bar.get("width") for bar in bars[5:]] == ["480.0", "48.0", "216.0", "288.0"]


def test_a_goal_that_was_not_measured_is_neither_reached_nor_missed() -> None:
    assert Goal("speed", 1, None).is_reached is None
