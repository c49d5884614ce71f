"""Opaque cursors: the values of a row's sort columns, in the order of the sort."""

import base64
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

_PARSERS: dict[type, Any] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    str: str,
    int: int,
}


def encode_cursor(order: str, values: Sequence[Any]) -> str:
    """Write a cursor; `order` names the sort, so that a cursor is not used with another one."""
    return base64.urlsafe_b64encode(orjson.dumps([order, *values])).rstrip(b"=").decode()


def decode_cursor(cursor: str, order: str, types: Sequence[type]) -> tuple[Any, ...]:
    """Read a cursor's values as `types`; raises ValueError for one that this sort did not write."""
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        written_order, *values = orjson.loads(base64.b64decode(padded, b"-_", validate=True))
        if written_order != order:
            raise ValueError("the cursor belongs to another sort")
        return tuple(_parsed(value, kind) for value, kind in zip(values, types, strict=True))
    except (TypeError, AttributeError, OverflowError) as error:
        raise ValueError("the cursor is malformed") from error


def _parsed(value: object, kind: type) -> object:
    expected = int if kind is int else str
    if type(value) is not expected:
        raise ValueError("the cursor is malformed")
    return _PARSERS[kind](value)
