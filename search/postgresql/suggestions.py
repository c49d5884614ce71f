"""Completions of what is being typed."""

from sqlalchemy import ColumnElement, Executable, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on

from core.database import Database
from models import Product
from models import SearchDocument as Document
from search.port import Suggestion, SuggestionKind
from search.suggestions import share, suggest_categories


async def suggest(database: Database, prefix: str, first: int) -> list[Suggestion]:
    if not prefix:
        return []
    brands = await database.fetch(_brands(prefix, share(first)), {})
    categories = await suggest_categories(database, prefix, share(first))
    products = await database.fetch(_products(prefix, first), {})
    return [
        *(Suggestion(brand, SuggestionKind.BRAND) for (brand,) in brands),
        *categories,
        *(Suggestion(name, SuggestionKind.PRODUCT, id_) for id_, name in products),
    ][:first]


def _brands(prefix: str, first: int) -> Executable:
    # Grouped before it is folded, so that each brand is folded once.
    brands = (
        select(Document.brand, func.count().label("count"))
        .where(Document.brand.is_not(None))
        .group_by(Document.brand)
        .subquery()
    )
    return (
        select(brands.c.brand)
        .where(_folded(brands.c.brand).like(_pattern(prefix)))
        .order_by(brands.c["count"].desc(), brands.c.brand.collate("C"))
        .limit(first)
    )


def _products(prefix: str, first: int) -> Executable:
    """Select products with a word that begins so, first those whose name does; no name twice."""
    begins = Document.title.like(_pattern(prefix))
    titles = (
        select(
            Document.product_id.label("id"),
            Document.title.label("title"),
            begins.label("begins"),
        )
        .ext(distinct_on(begins, Document.title))
        # The first condition uses the index on trigrams, the second finds the beginnings of words.
        .where(Document.title.like("%" + _pattern(prefix)))
        .where((" " + Document.title).like("% " + _pattern(prefix)))
        .order_by(begins.desc(), Document.title, Document.product_id)
        .limit(first)
        .subquery()
    )
    return (
        select(Product.id, Product.name)
        .join(titles, titles.c.id == Product.id)
        .order_by(titles.c.begins.desc(), titles.c.title)
    )


def _pattern(prefix: str) -> ColumnElement[str]:
    """Return what LIKE takes for a text that begins so, whatever characters `prefix` has."""
    escaped = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return _folded(literal(escaped)) + "%"


def _folded(text: ColumnElement[str]) -> ColumnElement[str]:
    return func.lower(func.unaccent(text))
