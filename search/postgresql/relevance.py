"""How well documents answer a text, found out exactly for those only that a page may show.

A document's score is its rank and a small part for how much its title is like the text. That part
takes most of the time, and the rank alone tells of most documents that the page does not reach
them.
"""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Double, all_, case, cast, func, select, tuple_
from sqlalchemy import literal_column as constant

from core.reads import Order
from models import SearchDocument as Document

ORDER = Order("search_relevance", ("tier", "score", "id"), descending=True)

# These numbers did best on the rated queries of benchmarks/search_quality.py. Ranks are divided by
# one plus the logarithm of the document's length.
_WEIGHTS: ColumnElement[str] = constant("'{0.02, 0.2, 0.2, 1}'::float4[]")
_BY_LOG_LENGTH = 1
_OF_LIKENESS: ColumnElement[float] = constant("0.1::float8", Double)


def ranked(wanted: CTE) -> list[ColumnElement[Any]]:
    """Return the tier, the rank and the title of a document: what is quick to know."""
    every = Document.terms.op("@@")(wanted.c.every)
    # The code itself stands before all words, and these before the rest.
    tier = case((wanted.c.code == Document.codes.any_(), 2), (every, 1), else_=0)
    words = case((every, wanted.c.every), else_=wanted.c.some)
    rank = func.ts_rank_cd(_WEIGHTS, Document.terms, words, _BY_LOG_LENGTH)
    # As a double a score survives the way through a cursor and back exactly.
    return [tier.label("tier"), cast(rank, Double).label("rank"), Document.title.label("title")]


def best(found: CTE, wanted: CTE, first: int, *, is_after: bool) -> CTE:
    """Select (tier, score, id) of the first ones in the order, and of what may be one of them.

    `found` has what `ranked` selects, and the id.
    """
    of = found.c
    # The whole score is between the two.
    least, most = of.rank, of.rank + _OF_LIKENESS
    surely = (
        select(of.tier, least).order_by(of.tier.desc(), least.desc()).offset(first - 1).limit(1)
    )
    scored = select(
        of.tier,
        (least + _OF_LIKENESS * func.word_similarity(wanted.c.title, of.title)).label("score"),
        of.id,
    ).join_from(found, wanted, constant("true"))
    if is_after:
        surely = surely.where(ORDER.after([of.tier, most, of.id]))
        scored = scored.where(ORDER.after([of.tier, least, of.id]))
    return scored.where(tuple_(of.tier, most) >= all_(surely.scalar_subquery())).cte("best")
