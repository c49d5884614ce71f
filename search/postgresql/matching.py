"""Which documents a text and a filter mean, and how well a document answers the text."""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    String,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import TSQUERY, array

from models import SearchDocument as Document
from search.port import SearchFilter

ENGLISH: ColumnElement[Any] = literal_column("'shop_english'::regconfig")
# These numbers did best on the rated queries of benchmarks/search_quality.py. Ranks are divided by
# one plus the logarithm of the document's length.
_WEIGHTS: ColumnElement[Any] = literal_column("'{0.02, 0.2, 0.2, 1}'::float4[]")
_BY_LOG_LENGTH = 1
_SIMILARITY_WEIGHT = 0.1


def wanted(text: str) -> CTE:
    """Return one row with the text as PostgreSQL compares it.

    `every` asks for all of its words and `some` for any; both are empty for a text without words.
    """
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


def tier(wanted: CTE) -> ColumnElement[int]:
    """Return 2 for the code itself, 1 for all words and 0 for the rest."""
    return case(
        (wanted.c.code == Document.codes.any_(), 2),
        (Document.terms.op("@@")(wanted.c.every), 1),
        else_=0,
    )


def score(wanted: CTE) -> ColumnElement[float]:
    words = case(
        (Document.terms.op("@@")(wanted.c.every), wanted.c.every),
        else_=wanted.c.some,
    )
    rank = func.ts_rank_cd(_WEIGHTS, Document.terms, words, _BY_LOG_LENGTH)
    similarity = func.word_similarity(wanted.c.title, Document.title)
    # As a double a score survives the way through a cursor and back exactly.
    return cast(rank + _SIMILARITY_WEIGHT * similarity, Double)


def conditions(wanted: SearchFilter) -> list[tuple[str, ColumnElement[bool]]]:
    """Return the parts of a filter with the facet that offers each; `stock` is no facet."""
    parts = list[tuple[str, ColumnElement[bool]]]()
    if wanted.category is not None:
        parts.append(("category", Document.category_path.contains([wanted.category])))
    if wanted.brands:
        parts.append(("brand", Document.brand.in_(wanted.brands)))
    if wanted.price_from is not None:
        parts.append(("price", Document.price_minor >= wanted.price_from))
    if wanted.price_to is not None:
        parts.append(("price", Document.price_minor <= wanted.price_to))
    if wanted.in_stock:
        parts.append(("stock", Document.in_stock.expression))
    for attribute in wanted.attributes:
        pairs = [f"{attribute.key}={value}" for value in attribute.values]
        parts.append((attribute_facet(attribute.key), Document.attributes.overlap(pairs)))
    return parts


def attribute_facet(key: str) -> str:
    return f"attribute {key}"
