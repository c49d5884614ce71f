"""Where readers of the log stand, and whether they can go on from there."""

from sqlalchemy import select

from core.cursors import decode_cursor, encode_cursor
from core.database import Database
from core.errors import DomainError
from core.reads import Context
from core.statements import Statement
from models import EventCounter

_COUNTER = Statement(select(EventCounter.last_position, EventCounter.expired_through))


class CursorExpired(DomainError):
    """Some of what came after the cursor is not kept any more."""

    code = "CURSOR_EXPIRED"

    def __init__(self) -> None:
        super().__init__(
            "Some of what came after this cursor is not kept any more: read the present state, and"
            " begin without `after`."
        )


class CursorAhead(DomainError):
    """The log has not come as far as the cursor, as after a backup was restored."""

    code = "CURSOR_AHEAD"

    def __init__(self) -> None:
        super().__init__(
            "This cursor is further on than the shop's events: read the present state, and begin"
            " without `after`."
        )


def write_position(position: int) -> str:
    return encode_cursor("events", [position])


def parse_position(cursor: str) -> int:
    """Read where a reader stands; raises ValueError for another list's cursor."""
    (position,) = decode_cursor(cursor, "events", [int])
    return int(position)


async def last_position(source: Context | Database) -> int:
    """Return the position of the newest event of the log, 0 before the first."""
    rows = await source.fetch(_COUNTER, {})
    return int(rows[0][0])


async def position_after(context: Context, after: int | None, *, expires: bool = False) -> int:
    """Return where a reader begins: after its cursor, or after the newest event without one.

    `expires` tells that it reads events that are not kept for ever. Raises CursorAhead, and
    CursorExpired.
    """
    rows = await context.fetch(_COUNTER, {})
    last, expired_through = rows[0]
    if after is None:
        return int(last)
    check_position(after, last, expired_through if expires else 0)
    return after


def check_position(after: int, last: int, expired_through: int) -> None:
    """Raise CursorAhead or CursorExpired where a reader cannot go on after a position."""
    if after > last:
        raise CursorAhead
    if after < expired_through:
        raise CursorExpired
