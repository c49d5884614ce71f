import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from loguru import logger

from core.correlation import CORRELATION_ID
from core.logs import start_logging
from core.settings import Settings


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    """Logging belongs to the process, so the other tests get theirs back."""
    root, levels = logging.getLogger(), {}
    for name in ("httpx", "httpcore", "elastic_transport"):
        levels[name] = logging.getLogger(name).level
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    for name, own_level in levels.items():
        logging.getLogger(name).setLevel(own_level)
    logger.remove()
    logger.configure(patcher=lambda _record: None)
    logger.add(sys.stderr)


def json_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_json_line_carries_message_level_and_correlation_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    start_logging(Settings(log_format="json"))
    token = CORRELATION_ID.set("request-1")
    logger.warning("{} of {} done", 1, 2)
    CORRELATION_ID.reset(token)

    (line,) = json_lines(capsys)
    assert datetime.fromisoformat(line.pop("time")) <= datetime.now(UTC)
    source = line.pop("source").rpartition(":")[0]
    assert source == f"{__name__}:test_json_line_carries_message_level_and_correlation_id"
    assert line == {"level": "WARNING", "message": "1 of 2 done", "correlation_id": "request-1"}


def test_whatever_a_text_holds_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(Settings(log_format="json"))
    logger.info("half a pair: {}", "\ud800")

    (line,) = json_lines(capsys)
    assert line["message"] == "half a pair: \ud800"


def test_text_line_carries_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(Settings(log_format="text"))
    logger.info("done")

    assert capsys.readouterr().err.split()[1:] == ["INFO", "-", "done"]


def test_standard_logging_arrives_from_where_it_was_called(
    capsys: pytest.CaptureFixture[str],
) -> None:
    start_logging(Settings(log_format="json"))
    logging.getLogger("a.library").error("%s is away", "Redis")

    (line,) = json_lines(capsys)
    assert (line["message"], line["level"]) == ("Redis is away", "ERROR")
    name = "test_standard_logging_arrives_from_where_it_was_called"
    assert line["source"].rpartition(":")[0] == f"{__name__}:{name}"


def test_standard_logging_keeps_a_level_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(Settings(log_format="json"))
    logging.getLogger("a.library").log(35, "between warning and error")

    (line,) = json_lines(capsys)
    assert line["level"] == "Level 35"


def test_json_line_of_a_failure_carries_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(Settings(log_format="json"))
    try:
        int("é")
    except ValueError:
        logger.exception("failed")

    (line,) = json_lines(capsys)
    assert (line["message"], line["level"]) == ("failed", "ERROR")
    first, *_, last = line["exception"].splitlines()
    assert first == "Traceback (most recent call last):"
    assert last == "ValueError: invalid literal for int() with base 10: 'é'"


def test_levels_below_the_setting_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(Settings(log_format="json", log_level="WARNING"))
    logger.info("one")
    logging.getLogger("a.library").info("two")
    logging.getLogger("httpx").info("three")

    assert json_lines(capsys) == []


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_traceback_shows_no_value_of_a_variable(
    capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    start_logging(Settings.model_validate({"log_format": log_format}))
    password = b"hunter2".decode()
    try:
        password.index("not in it")
    except ValueError:
        logger.exception("failed")

    printed = capsys.readouterr().err
    assert "password.index(" in printed
    assert "hunter2" not in printed
