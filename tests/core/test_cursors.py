import base64
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from core.cursors import decode_cursor, encode_cursor


def cursor_of(json: str) -> str:
    return base64.urlsafe_b64encode(json.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "value",
    [
        UUID("01900000-0000-7000-8000-000000000001"),
        datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        date(2026, 1, 2),
        "Ünïcode",
        -5,
        2**63 - 1,
        0.1,
        2.0,
    ],
)
def test_reads_what_it_wrote(value: object) -> None:
    cursor = encode_cursor("name", [value])

    assert decode_cursor(cursor, "name", [type(value)]) == (value,)


@pytest.mark.parametrize(
    ("cursor", "kind"),
    [
        ("", int),
        ("é", int),
        ("\ud800", int),
        ("!!!!", int),
        (cursor_of("not JSON"), int),
        (cursor_of("5"), int),
        (cursor_of('["other", 1]'), int),
        (cursor_of('["name"]'), int),
        (cursor_of('["name", 1, 2]'), int),
        (cursor_of('["name", true]'), int),
        (cursor_of('["name", 1.5]'), int),
        (cursor_of('["name", 9223372036854775808]'), int),
        (cursor_of('["name", 1]'), float),
        (cursor_of('["name", 1e400]'), float),
        (cursor_of('["name", "nul \\u0000"]'), str),
        (cursor_of('["name", null]'), str),
        (cursor_of('["name", "2026-01-02T03:04:05"]'), datetime),
        (cursor_of('["name", "no id"]'), UUID),
    ],
)
def test_refuses_what_it_did_not_write(cursor: str, kind: type[Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode_cursor(cursor, "name", [kind])
