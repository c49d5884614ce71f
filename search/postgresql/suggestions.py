"""Completions of what is being typed."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal,
    not_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on

from core.database import Database
from core.statements import Statement
from models import Product
from models import SearchDocument as Document
from search.port import Suggestion, SuggestionKind
from search.postgresql.matching import SHAPES, Columns
from search.suggestions import share, suggest_categories


def _folded(name: str) -> ScalarSelect[str]:
    # Only what is selected is folded once, and not for each text that it is compared with.
    return select(func.lower(func.unaccent(bindparam(name, type_=String())))).scalar_subquery()


# The text itself, and what LIKE takes for a text that begins so.
_PREFIX, _PATTERN = _folded("prefix"), _folded("pattern")
# No character is greater.
_LAST = func.chr(0x10FFFF, type_=String())
# How many names are looked through, in 0.15 ms, before an index is asked for a word.
_LOOKED_AT = 500


async def suggest(database: Database, prefix: str, first: int) -> list[Suggestion]:
    if not prefix:
        return []
    params = {"prefix": prefix, "pattern": f"{_escaped(prefix)}%"}
    brands = await database.fetch(_brands(share(first)), params)
    categories = await suggest_categories(database, prefix, share(first))
    products = await database.fetch(_products(first, _LOOKED_AT), params)
    return [
        *(Suggestion(brand, SuggestionKind.BRAND) for (brand,) in brands),
        *categories,
        *(Suggestion(name, SuggestionKind.PRODUCT, id_) for id_, name in products),
    ][:first]


def _begins(text: ColumnElement[Any]) -> ColumnElement[bool]:
    # So an index gives them, which does not know before the statement runs what LIKE is to find.
    return text.between(_PREFIX, _PREFIX + _LAST)


@lru_cache(SHAPES)
def _brands(first: int) -> Statement:
    """Select brands that begin so, those of most products first."""
    brand = Document.__table__.c.brand
    return Statement(
        select(brand)
        .where(_begins(Document.__table__.c.folded_brand))
        .group_by(brand)
        .order_by(func.count().desc(), brand.collate("C"))
        .limit(first)
    )


@lru_cache(SHAPES)
def _products(first: int, looked_at: int) -> Statement:
    """Select products with a word that begins so, first those whose name does; no name twice.

    Each way to find them is gone only where the ones before it gave too few.
    """
    documents = select(Document.product_id.label("id"), Document.title).subquery("documents").c
    beginning = _materialized("beginning", _titles(documents, first, _begins(documents.title)))
    # Among the first names there are enough with a frequent word. All names would have to be read
    # to find those with a rare one so, which the index on trigrams gives at once.
    in_order = select(documents.id, documents.title).order_by(documents.title, documents.id)
    head = in_order.limit(looked_at).subquery("head").c
    early = _materialized(
        "early", _titles(head, first, _lacks(first, beginning), _holds(head.title))
    )
    others = _materialized(
        "others",
        select(documents.id, documents.title).where(
            _lacks(first, beginning, early), _holds(documents.title)
        ),
    )
    # What is early is among these again, if they are asked for.
    holding = union_all(select(early), select(others)).subquery("holding")
    within = _titles(holding.c, first).cte("within")
    names = union_all(
        select(beginning.c.id, beginning.c.title, literal(1).label("place")),
        select(within.c.id, within.c.title, literal(2).label("place")),
    ).subquery("names")
    return Statement(
        select(Product.id, Product.name)
        .join(names, names.c.id == Product.id)
        .order_by(names.c.place, names.c.title)
        .limit(first)
    )


def _materialized(name: str, query: Select[*tuple[Any, ...]]) -> CTE:
    return query.cte(name).prefix_with("MATERIALIZED")


def _lacks(first: int, *found: CTE) -> ColumnElement[bool]:
    """Return whether so many names were not found."""
    numbers = [select(func.count()).select_from(each).scalar_subquery() for each in found]
    return sum(numbers[1:], numbers[0]) < first


def _holds(title: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a later word of a title begins so, and not the title itself."""
    return and_(title.like("% " + _PATTERN), not_(_begins(title)))


def _titles(of: Columns, first: int, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Select different titles, each of the product that has it first."""
    return (
        select(of.id, of.title)
        .ext(distinct_on(of.title))
        .where(*conditions)
        .order_by(of.title, of.id)
        .limit(first)
    )


def _escaped(prefix: str) -> str:
    """Return what LIKE takes for the prefix, whatever characters it has."""
    return prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
