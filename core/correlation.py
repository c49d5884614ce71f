"""The id that follows one request through logs, events and mails."""

import re
from contextvars import ContextVar
from secrets import token_hex

HEADER = "X-Correlation-ID"
CORRELATION_ID: ContextVar[str] = ContextVar("correlation_id", default="-")

_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}")


def correlation_id(given: str | None) -> str:
    """Return the client's own id where it can stand in a log line, a new one otherwise."""
    if given is not None and _ACCEPTED.fullmatch(given):
        return given
    return token_hex(16)
