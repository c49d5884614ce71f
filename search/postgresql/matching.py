"""Which documents a text and a filter mean.

Statements are made for the shape of a search: what it says of texts and filters are parameters.
"""

from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnCollection,
    ColumnElement,
    String,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, array
from sqlalchemy.types import Uuid

from core.reads import set_parts
from models import SearchDocument as Document
from search.port import SearchFilter, SearchRequest

Columns: TypeAlias = ColumnCollection[str, Any]
# How many statements of searches are kept.
SHAPES = 500

ENGLISH: ColumnElement[Any] = literal_column("'shop_english'::regconfig")


@dataclass(frozen=True)
class Shape:
    """What a search asks for, whatever the values: whether for a text, and by which parts.

    `keys` tells of each attribute of the filter which of its different keys it has, by number.
    """

    has_text: bool
    parts: frozenset[str]
    keys: tuple[int, ...]

    @classmethod
    def of(cls, request: SearchRequest) -> Self:
        wanted = request.filter
        different = filtered_keys(wanted)
        keys = tuple(different.index(each.key) for each in wanted.attributes)
        return cls(bool(request.text), frozenset(set_parts(wanted)), keys)


def filtered_keys(wanted: SearchFilter) -> list[str]:
    return list(dict.fromkeys(each.key for each in wanted.attributes))


def parameters(request: SearchRequest) -> dict[str, Any]:
    """Return the values of the parameters that the statements of its shape have."""
    wanted = request.filter
    keys = enumerate(filtered_keys(wanted))
    attributes = {
        f"attribute_{number}": [f"{each.key}={value}" for value in each.values]
        for number, each in enumerate(wanted.attributes)
    }
    named = {f"key_{number}": key for number, key in keys}
    return {"text": request.text, **vars(wanted), **named, **attributes}


def wanted() -> CTE:
    """Return one row with the text as PostgreSQL compares it.

    `every` asks for all of its words and `some` for any; both are empty for a text without words.
    """
    text = bindparam("text", type_=String())
    every = func.plainto_tsquery(ENGLISH, text)
    # The words of a query print in quotes and without blanks, so only its operators are replaced.
    some = cast(func.replace(cast(every, String), " & ", " | "), TSQUERY)
    columns = [
        every.label("every"),
        some.label("some"),
        func.lower(func.unaccent(text)).label("title"),
        cast(func.lower(text), String).label("code"),
    ]
    # Materialised, or PostgreSQL would parse the text again for each document.
    return select(*columns).cte("wanted").prefix_with("MATERIALIZED")


def answers(wanted: CTE) -> ColumnElement[bool]:
    """Tell whether a document has the text as a code, any of its words, or a name much like it."""
    return or_(
        Document.terms.op("@@")(wanted.c.some),
        Document.codes.contains(array([wanted.c.code])),
        wanted.c.title.op("<%")(Document.title),
    )


def conditions(shape: Shape, of: Columns) -> list[tuple[str, ColumnElement[bool]]]:
    """Return the parts of a filter with the facet that offers each; `stock` is no facet."""
    brands = bindparam("brands", type_=ARRAY(String()))
    offered = {
        "category": ("category", of.category_path.contains(array([_category()]))),
        "brands": ("brand", of.brand == func.any(brands)),
        "price_from": ("price", of.price_minor >= bindparam("price_from", type_=BigInteger())),
        "price_to": ("price", of.price_minor <= bindparam("price_to", type_=BigInteger())),
        "in_stock": ("stock", of.in_stock),
    }
    attributes = [
        (attribute_facet(key), of.attributes.overlap(_pairs(number)))
        for number, key in enumerate(shape.keys)
    ]
    return [part for name, part in offered.items() if name in shape.parts] + attributes


def _category() -> ColumnElement[Any]:
    return bindparam("category", type_=Uuid())


def _pairs(number: int) -> ColumnElement[Any]:
    return bindparam(f"attribute_{number}", type_=ARRAY(String()))


def attribute_facet(key: int) -> str:
    """Name the facet of one of the keys of a filter, by its number."""
    return f"attribute {key}"
