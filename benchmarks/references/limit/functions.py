"""The functions of SQL that the statements of `limit` share: public ids, amounts and cursors."""

from itertools import product

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = "".join(a + b for a, b in product(_ALPHABET, repeat=2))
_BYTES = 16
_DIGITS = 10

_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"


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


def _in_list(currencies: str) -> str:
    return ", ".join(f"'{each}'" for each in currencies.split())


# PostgreSQL writes an SQL function into the statement that calls it where all of it is immutable,
# as `encode` is and `convert_from` is not: otherwise each call costs ten times as much.
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION bench_id(prefix text, id uuid) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    prefix || '_' || encode({" || ".join(_pair(shift) for shift in range(120, -1, -10))}, 'escape');

CREATE OR REPLACE FUNCTION bench_amount(minor bigint, currency text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE
        WHEN currency IN ({_in_list(_NO_DIGITS)}) THEN minor::text
        WHEN currency IN ({_in_list(_THREE_DIGITS)})
            THEN (minor / 1000)::text || '.' || lpad((minor % 1000)::text, 3, '0')
        ELSE (minor / 100)::text || '.' || lpad((minor % 100)::text, 2, '0')
    END;

CREATE OR REPLACE FUNCTION bench_money(minor bigint, currency text) RETURNS json
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    (
        '{{"amount":"' || bench_amount(minor, currency) || '","currency":"' || currency || '"}}'
    )::json;

CREATE OR REPLACE FUNCTION bench_cursor(place text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE RETURN
    translate(encode(convert_to(place, 'UTF8'), 'base64'), E'+/=\\n', '-_');
"""
