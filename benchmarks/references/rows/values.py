"""What several operations write alike: amounts, moments, cursors and the shelf of a category."""

import base64
from collections.abc import Sequence
from typing import Any, TypeAlias

import asyncpg
import orjson

Row: TypeAlias = asyncpg.Record

_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = {**dict.fromkeys(_NO_DIGITS.split(), 0), **dict.fromkeys(_THREE_DIGITS.split(), 3)}


def amount(minor: int, currency: str) -> str:
    digits = _DIGITS.get(currency, 2)
    if digits == 0:
        return str(minor)
    whole, rest = divmod(minor, 10**digits)
    return f"{whole}.{rest:0{digits}}"


def money(minor: int, currency: str) -> dict[str, str]:
    return {"amount": amount(minor, currency), "currency": currency}


def cursor(order: str, values: Sequence[Any]) -> str:
    written = orjson.dumps([order, *values], default=str)
    return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


def answer(field: str, value: object) -> bytes:
    return orjson.dumps({"data": {field: value}})
