"""Opaque cursors: the values of a row's sort columns, in the order of the sort."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson

_LARGEST_INTEGER = 2**63 - 1


@dataclass
class StreamPlace:
    """How far a stream was told: the cursor of its last event, or where its reader comes back to.

    None before the first event of a reader who comes for the first time.
    """

    cursor: str | None = None


def encode_cursor(order: str, values: Sequence[Any]) -> str:
    """Write a cursor; `order` names the sort, so that a cursor is not used with another one."""
    # The driver's UUIDs are of a class of its own, which orjson leaves to str.
    written = orjson.dumps([order, *values], default=str)
    return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


def decode_cursor(cursor: str, order: str, types: Sequence[type]) -> tuple[Any, ...]:
    """Read a cursor's values as `types`; raises ValueError for one that this sort did not write."""
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        written = orjson.loads(base64.b64decode(padded, b"-_", validate=True))
        # An object would unpack into its keys.
        written_order, *values = written if isinstance(written, list) else [None]
        if written_order != order:
            raise ValueError("the cursor belongs to another sort")
        return tuple(_parsed(value, kind) for value, kind in zip(values, types, strict=True))
    except (TypeError, AttributeError, OverflowError) as error:
        raise ValueError("the cursor is malformed") from error


def _parsed(value: object, kind: type) -> object:
    expected = kind if kind in {int, float} else str
    if type(value) is not expected:
        raise ValueError("the cursor is malformed")
    return _PARSERS[kind](value)


def _integer(value: int) -> int:
    if abs(value) > _LARGEST_INTEGER:
        raise ValueError("the cursor holds a number that no column holds")
    return value


def _string(value: str) -> str:
    if "\x00" in value:
        raise ValueError("the cursor holds a character that PostgreSQL does not store")
    return value


def _datetime(value: str) -> datetime:
    time = datetime.fromisoformat(value)
    if time.tzinfo is None:
        raise ValueError("the cursor holds a time without a zone")
    return time.astimezone(UTC)


_PARSERS: dict[type, Callable[[Any], object]] = {
    UUID: UUID,
    datetime: _datetime,
    date: date.fromisoformat,
    str: _string,
    int: _integer,
    float: float,
}
