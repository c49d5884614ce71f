import base64
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cursors import decode_cursor, encode_cursor


def cursor_of(json: str) -> str:
    return base64.urlsafe_b64encode(json.encode()).rstrip(b"=").decode()


# What columns hold, by type: PostgreSQL stores no NUL and no lone surrogate.
STORED: dict[type, st.SearchStrategy[Any]] = {
    UUID: st.uuids(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    date: st.dates(),
    str: st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    int: st.integers(-(2**63 - 1), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("kind", STORED)
@given(data=st.data())
def test_reads_what_it_wrote(kind: type, data: st.DataObject) -> None:
    value = data.draw(STORED[kind])

    assert decode_cursor(encode_cursor("name", [value]), "name", [kind]) == (value,)


@given(st.tuples(*STORED.values()))
def test_reads_several_values_in_their_order(values: tuple[Any, ...]) -> None:
    assert decode_cursor(encode_cursor("name", values), "name", list(STORED)) == values


def test_is_written_in_letters_that_an_address_takes() -> None:
    assert encode_cursor("name", ["Émile?>"]) == "WyJuYW1lIiwiw4ltaWxlPz4iXQ"


@pytest.mark.parametrize(
    ("cursor", "kind"),
    [
        ("", int),
        ("é", int),
        ("\ud800", int),
        ("!!!!", int),
        (cursor_of("not JSON"), int),
        (cursor_of("5"), int),
        (cursor_of('{"name": 1, "other": 2}'), str),
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
        (cursor_of('["name", "0001-01-01T00:00:00+23:59"]'), datetime),
        (cursor_of('["name", "no id"]'), UUID),
    ],
)
def test_refuses_what_it_did_not_write(cursor: str, kind: type[Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode_cursor(cursor, "name", [kind])


@given(st.sampled_from(list(STORED)), st.text())
def test_refuses_any_text_as_a_value_error(kind: type, text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode_cursor(text, "name", [kind])


@given(st.sampled_from(list(STORED)), JSON)
def test_refuses_any_other_shape_as_a_value_error(kind: type, written: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode_cursor(cursor_of(json.dumps(written)), "name", [kind])
