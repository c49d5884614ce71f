"""Public ids in SQL: `bench_id` writes what `core.ids.encode_id` does.

It is written by a program, as it looks up thirteen pairs of characters, ten bits each.
"""

from itertools import product

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = "".join(a + b for a, b in product(_ALPHABET, repeat=2))
_BYTES = 16
_DIGITS = 10


def _pair(shift: int) -> str:
    """Write the two characters for the ten bits of an id that are `shift` bits from its end."""
    last, offset = _BYTES - 1 - shift // 8, shift % 8
    count = (offset + _DIGITS + 7) // 8
    terms = [
        f"(get_byte(uuid_send(id), {last - place}) << {8 * place})"
        for place in range(count)
        if last >= place
    ]
    number = f"((({' | '.join(terms)}) >> {offset}) & 1023)"
    return f"substr(bytea '{_PAIRS}', {number} * 2 + 1, 2)"


ID_FUNCTION = f"""
CREATE OR REPLACE FUNCTION bench_id(prefix text, id uuid) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    prefix || '_' || encode({" || ".join(_pair(shift) for shift in range(120, -1, -10))}, 'escape');
"""
