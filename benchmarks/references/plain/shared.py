"""Types that several others are made of."""

import base64
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

import orjson
import strawberry

from core.ids import encode_id

_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = {**dict.fromkeys(_NO_DIGITS.split(), 0), **dict.fromkeys(_THREE_DIGITS.split(), 3)}

Node = TypeVar("Node")


def public_id(prefix: str, key: UUID) -> strawberry.ID:
    return strawberry.ID(encode_id(prefix, key))


def cursor(order: str, values: Sequence[Any]) -> str:
    written = orjson.dumps([order, *values], default=str)
    return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


@strawberry.type
class Money:
    amount: Decimal
    currency: str

    @classmethod
    def of(cls, minor: int, currency: str) -> Self:
        return cls(amount=Decimal(minor).scaleb(-_DIGITS.get(currency, 2)), currency=currency)


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None = None


@strawberry.type
class Connection(Generic[Node]):
    nodes: list[Node]
    page_info: PageInfo

    @classmethod
    def of(cls, nodes: list[Node], first: int, end_cursor: str | None = None) -> Self:
        """Make the page of the first nodes; one more than these tells that another follows."""
        page_info = PageInfo(has_next_page=len(nodes) > first, end_cursor=end_cursor)
        return cls(nodes=nodes[:first], page_info=page_info)
