"""Structured logs by Loguru, each with the correlation id of its request."""

import inspect
import logging
import sys
from typing import TYPE_CHECKING

from loguru import logger

from core.correlation import CORRELATION_ID
from core.settings import Settings

if TYPE_CHECKING:
    from loguru import Record

_TEXT = (
    "<green>{time:HH:mm:ss.SSS}</green> <level>{level: <7}</level> "
    "<cyan>{extra[correlation_id]}</cyan> {message}"
)


class _ToLoguru(logging.Handler):
    """Hands the records of libraries that log by the standard library to Loguru."""

    def emit(self, record: logging.LogRecord) -> None:
        frame, depth = inspect.currentframe(), 0
        while frame and (depth == 0 or frame.f_code.co_filename == logging.__file__):
            frame, depth = frame.f_back, depth + 1
        level = record.levelname if record.levelname in _LEVELS else record.levelno
        logger.opt(depth=depth, exception=record.exc_info).log(level, record.getMessage())


_LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}


def _add_correlation_id(record: "Record") -> None:
    record["extra"].setdefault("correlation_id", CORRELATION_ID.get())


def start_logging(settings: Settings) -> None:
    """Send all logs of the process to standard error, as text or as one JSON object a line."""
    logger.remove()
    logger.configure(patcher=_add_correlation_id)
    if settings.log_format == "json":
        # Diagnosis prints the values of variables, which may be secrets.
        logger.add(sys.stderr, level=settings.log_level, serialize=True, diagnose=False)
    else:
        logger.add(sys.stderr, level=settings.log_level, format=_TEXT, diagnose=False)
    logging.basicConfig(handlers=[_ToLoguru()], level=settings.log_level, force=True)
    for noisy in ("httpx", "httpcore", "elastic_transport"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
