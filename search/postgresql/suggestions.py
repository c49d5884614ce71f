"""Completions of what is being typed."""

from functools import lru_cache

from sqlalchemy import CTE, ColumnElement, String, bindparam, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from core.database import Database
from core.statements import Statement
from models import Product
from models import SearchDocument as Document
from search.port import Suggestion, SuggestionKind
from search.postgresql.matching import SHAPES
from search.suggestions import share, suggest_categories


def _folded(text: ColumnElement[str]) -> ColumnElement[str]:
    return func.lower(func.unaccent(text))


# What LIKE takes for a text that begins with the prefix, which is escaped. Only what is selected is
# folded once, and not for each text that it is compared with.
_BEGINNING = select(_folded(bindparam("prefix", type_=String())) + "%").scalar_subquery()


async def suggest(database: Database, prefix: str, first: int) -> list[Suggestion]:
    if not prefix:
        return []
    params = {"prefix": _escaped(prefix)}
    brands = await database.fetch(_brands(share(first)), params)
    categories = await suggest_categories(database, prefix, share(first))
    products = await database.fetch(_products(first), params)
    return [
        *(Suggestion(brand, SuggestionKind.BRAND) for (brand,) in brands),
        *categories,
        *(Suggestion(name, SuggestionKind.PRODUCT, id_) for id_, name in products),
    ][:first]


@lru_cache(SHAPES)
def _brands(first: int) -> Statement:
    """Select brands that begin so, those of most products first."""
    brand = _different_brands().c.brand
    products = select(func.count()).where(Document.brand == brand).scalar_subquery()
    return Statement(
        select(brand)
        .where(_folded(brand).like(_BEGINNING))
        .order_by(products.desc(), brand.collate("C"))
        .limit(first)
    )


def _different_brands() -> CTE:
    # From each brand the index leads to the next one. Grouping all documents by their brand takes
    # ten times as long, and folding the brand of each of them twice as long again.
    brands = select(func.min(Document.brand).label("brand")).cte("brands", recursive=True)
    following = select(func.min(Document.brand)).where(Document.brand > brands.c.brand)
    return brands.union_all(select(following.scalar_subquery()).where(brands.c.brand.is_not(None)))


@lru_cache(SHAPES)
def _products(first: int) -> Statement:
    """Select products with a word that begins so, first those whose name does; no name twice."""
    begins = Document.title.like(_BEGINNING)
    titles = (
        select(
            Document.product_id.label("id"),
            Document.title.label("title"),
            begins.label("begins"),
        )
        .ext(distinct_on(begins, Document.title))
        # The first condition uses the index on trigrams, the second finds the beginnings of words.
        .where(Document.title.like("%" + _BEGINNING))
        .where((" " + Document.title).like("% " + _BEGINNING))
        .order_by(begins.desc(), Document.title, Document.product_id)
        .limit(first)
        .subquery()
    )
    return Statement(
        select(Product.id, Product.name)
        .join(titles, titles.c.id == Product.id)
        .order_by(titles.c.begins.desc(), titles.c.title)
    )


def _escaped(prefix: str) -> str:
    """Return what LIKE takes for the prefix, whatever characters it has."""
    return prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
