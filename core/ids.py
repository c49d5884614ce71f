"""Public ids in the TypeID format (https://github.com/jetify-com/typeid), version 0.3.

A public id is a prefix, an underscore and the UUID in 26 characters of Crockford's base 32:
`product_01h455vb4pex5vsknk084sn02q`. It sorts as its UUID does.
"""

from datetime import datetime
from functools import cache
from itertools import product
from string import ascii_lowercase, digits
from uuid import UUID

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SUFFIX_LENGTH = 26
# Of each prefix, at some 200 bytes; to write one takes 1 us, to find it again a tenth of that.
_KEPT = 8_000
# A page has eighty ids, so they are written fifteen bits at a time, below the first eight.
_PAIRS = ["".join(each) for each in product(_ALPHABET, repeat=2)]
_TRIPLES = ["".join(each) for each in product(_ALPHABET, repeat=3)]
_15, _30 = (1 << 15) - 1, (1 << 30) - 1
# To Python the digits of base 32 are the first 32 of these; what is no digit here is none there.
_DIGITS = str.maketrans(
    dict.fromkeys(map(chr, range(128)), "!")
    | dict(zip(_ALPHABET, digits + ascii_lowercase, strict=False))
)


class Ids(dict[bytes, str]):
    """The ids of one prefix by the bytes of their UUIDs; one that is not there yet is written.

    The driver's UUIDs take longer to be found in a table than to give their bytes.
    """

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix

    def __missing__(self, octets: bytes) -> str:
        if len(self) >= _KEPT:
            self.clear()
        written = self[octets] = _written(self._prefix, octets)
        return written


@cache
def ids_of(prefix: str) -> Ids:
    return Ids(prefix)


def encode_id(prefix: str, uuid: UUID) -> str:
    return ids_of(prefix)[uuid.bytes]


def _written(prefix: str, octets: bytes) -> str:
    number = int.from_bytes(octets)
    # Small numbers are shifted in less time than a large one.
    a, b, c, d = number >> 90, number >> 60 & _30, number >> 30 & _30, number & _30
    return (
        f"{prefix}_{_PAIRS[a >> 30]}{_TRIPLES[a >> 15 & _15]}{_TRIPLES[a & _15]}"
        f"{_TRIPLES[b >> 15]}{_TRIPLES[b & _15]}{_TRIPLES[c >> 15]}{_TRIPLES[c & _15]}"
        f"{_TRIPLES[d >> 15]}{_TRIPLES[d & _15]}"
    )


def decode_id(text: str) -> tuple[str, UUID]:
    """Split a public id into its prefix and UUID.

    Raises ValueError for anything that `encode_id` would not have written.
    """
    prefix, _, suffix = text.rpartition("_")
    if not prefix or len(suffix) != _SUFFIX_LENGTH or suffix[0] > "7" or not suffix.isascii():
        raise ValueError(f"{text!r} is not an id")
    try:
        return prefix, UUID(int=int(suffix.translate(_DIGITS), 32))
    except ValueError:
        raise ValueError(f"{text!r} is not an id") from None


def earliest_uuid(moment: datetime) -> UUID:
    """Return what no UUIDv7 that was made at the moment or later is less than."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
