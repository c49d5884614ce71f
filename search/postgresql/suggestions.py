"""Completions of what is being typed."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
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


async def suggest(database: Database, prefix: str, first: int) -> list[Suggestion]:
    if not prefix:
        return []
    params = {"prefix": prefix, "pattern": f"{_escaped(prefix)}%"}
    brands = await database.fetch(_brands(share(first)), params)
    categories = await suggest_categories(database, prefix, share(first))
    products = await database.fetch(_products(first), params)
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
def _products(first: int) -> Statement:
    """Select products with a word that begins so, first those whose name does; no name twice."""
    documents = Document.__table__.c
    begins = _begins(documents.title)
    beginning = _titles(documents, first, begins).cte("beginning").prefix_with("MATERIALIZED")
    # Most that begin with one letter or two need not be looked for within names, which are many.
    are_few = select(func.count()).select_from(beginning).scalar_subquery() < first
    has_word = and_(documents.title.like("% " + _PATTERN), not_(begins))
    # Materialised, or PostgreSQL would read all titles in their order until it has found enough:
    # its index on trigrams finds those of a rare word at once.
    holding = (
        select(documents.product_id, documents.title)
        .where(are_few, has_word)
        .cte("holding")
        .prefix_with("MATERIALIZED")
    )
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


def _titles(of: Columns, first: int, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Select different titles, each of the product that has it first."""
    return (
        select(of.product_id.label("id"), of.title)
        .ext(distinct_on(of.title))
        .where(*conditions)
        .order_by(of.title, of.product_id)
        .limit(first)
    )


def _escaped(prefix: str) -> str:
    """Return what LIKE takes for the prefix, whatever characters it has."""
    return prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
