from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import decode_id, earliest_uuid, encode_id

# An example of the TypeID specification: https://github.com/jetify-com/typeid/tree/main/spec.
UUID_OF_SPEC = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
ID_OF_SPEC = "prefix_01h455vb4pex5vsknk084sn02q"


def test_writes_the_example_of_the_specification() -> None:
    assert encode_id("prefix", UUID_OF_SPEC) == ID_OF_SPEC


def test_reads_the_example_of_the_specification() -> None:
    assert decode_id(ID_OF_SPEC) == ("prefix", UUID_OF_SPEC)


def test_largest_uuid_starts_with_seven() -> None:
    assert encode_id("x", UUID(int=2**128 - 1)) == "x_7zzzzzzzzzzzzzzzzzzzzzzzzz"


@given(st.from_regex(r"[a-z]([a-z_]{0,20}[a-z])?", fullmatch=True), st.uuids())
def test_reads_what_it_wrote(prefix: str, uuid: UUID) -> None:
    assert decode_id(encode_id(prefix, uuid)) == (prefix, uuid)


@given(st.uuids())
def test_writes_what_the_specification_says(uuid: UUID) -> None:
    """Five bits a character, the most significant first, in the alphabet without i, l, o and u."""
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    suffix = "".join(alphabet[uuid.int >> shift & 31] for shift in range(125, -5, -5))

    assert encode_id("x", uuid) == f"x_{suffix}"


@given(st.uuids(), st.uuids())
def test_ids_sort_as_their_uuids(one: UUID, other: UUID) -> None:
    assert (encode_id("x", one) < encode_id("x", other)) == (one < other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "_",
        "prefix",
        "prefix_",
        "01h455vb4pex5vsknk084sn02q",
        "_01h455vb4pex5vsknk084sn02q",
        "prefix-01h455vb4pex5vsknk084sn02q",
        "prefix_01H455VB4PEX5VSKNK084SN02Q",
        "prefix_01h455vb4pex5vsknk084sn02",
        "prefix_01h455vb4pex5vsknk084sn02qq",
        "prefix_81h455vb4pex5vsknk084sn02q",
        "prefix_01i455vb4pex5vsknk084sn02q",
        "prefix_01l455vb4pex5vsknk084sn02q",
        "prefix_01o455vb4pex5vsknk084sn02q",
        "prefix_01u455vb4pex5vsknk084sn02q",
        "prefix_01h455vb4pex5vsknk084sn02\n",
        "prefix_\u0660\u0661h455vb4pex5vsknk084sn02q",
    ],
)
def test_refuses_what_it_would_not_write(text: str) -> None:
    with pytest.raises(ValueError, match="is not an id"):
        decode_id(text)


@given(st.text())
def test_refuses_any_other_text_as_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="is not an id"):
        decode_id(text)


def test_a_uuid_of_a_moment_is_not_less_than_the_earliest() -> None:
    # An example of RFC 9562, appendix A.6.
    moment = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    made = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")

    assert earliest_uuid(moment) <= made
    assert str(earliest_uuid(moment)).startswith("017f22e2-79b0-")
    assert earliest_uuid(moment + timedelta(milliseconds=1)) > made
