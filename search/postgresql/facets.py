"""The facets of a search, in one statement whatever is filtered."""

from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.types import TypeEngine, Uuid

from core.database import Database
from core.statements import Statement
from models import SearchDocument as Document
from search.port import (
    MAX_ATTRIBUTE_VALUES,
    MAX_ATTRIBUTES,
    MAX_BRANDS,
    MAX_CATEGORIES,
    AttributeFacet,
    CategoryCount,
    Facets,
    FacetValue,
    PriceRange,
    SearchRequest,
)
from search.postgresql.matching import (
    SHAPES,
    Columns,
    Shape,
    answers,
    attribute_facet,
    conditions,
    parameters,
    wanted,
)

Rows: TypeAlias = Select[*tuple[Any, ...]]

_COUNT = func.count().label("count")
_TEXT = String()
_FACET = itemgetter(0)


async def count_facets(database: Database, request: SearchRequest) -> Facets:
    rows = await database.fetch(_counts(Shape.of(request)), parameters(request))
    found = {facet: [row[1:] for row in several] for facet, several in groupby(rows, _FACET)}
    ((_, _, _, lowest),), ((_, _, _, highest),) = found["lowest"], found["highest"]
    return Facets(
        brands=[FacetValue(value, count) for _, _, value, count in found.get("brand", [])],
        categories=[
            CategoryCount(UUID(value), count) for _, _, value, count in found.get("category", [])
        ],
        prices=None if lowest is None else PriceRange(lowest, highest),
        attributes=[
            AttributeFacet(key, [FacetValue(value, count) for _, _, value, count in values])
            for key, values in groupby(found.get("attribute", []), lambda row: str(row[1]))
        ],
    )


class _Search:
    """The documents that answer the text, found once for all facets, or those of all products."""

    def __init__(self, shape: Shape) -> None:
        self.documents = _answering() if shape.has_text else Document.__table__
        self.of: Columns = self.documents.c
        self.keys = [_key(number) for number in range(len(set(shape.keys)))]
        self._conditions = conditions(shape, self.of)

    def without(self, facet: str) -> ColumnElement[bool]:
        """Tell whether a document is found when the filter of this facet is not set."""
        return and_(true(), *(part for name, part in self._conditions if name != facet))


def _answering() -> CTE:
    columns = ("brand", "category_path", "attributes", "attribute_keys", "price_minor", "in_stock")
    of = Document.__table__.c
    documents = select(*(of[name] for name in columns)).where(answers(wanted()))
    return documents.cte("answering").prefix_with("MATERIALIZED")


def _key(number: int) -> ColumnElement[str]:
    return bindparam(f"key_{number}", type_=String())


@lru_cache(SHAPES)
def _counts(shape: Shape) -> Statement:
    """Select (facet, position, key, value, count), the rows of each facet as they are shown.

    The position orders the keys of attributes: those of the filter, below zero, stand first. The
    lowest and the highest price come as counts.
    """
    search = _Search(shape)
    selects = [
        _price(search, "lowest", func.min),
        _price(search, "highest", func.max),
        _brands(search),
        _categories(search),
        _attributes(search, "", _common_keys(search)),
    ]
    for number, key in enumerate(search.keys):
        # Before the common keys, whose positions start at one.
        keys = select(literal(number - len(search.keys)).label("position"), key.label("key"))
        selects.append(_attributes(search, attribute_facet(number), keys))
    rows = union_all(*selects).subquery("counts")
    return Statement(
        select(rows).order_by(
            rows.c.facet, rows.c.position, rows.c["count"].desc(), rows.c.value.collate("C")
        )
    )


def _price(search: _Search, name: str, end: Callable[..., ColumnElement[int]]) -> Rows:
    return _row(name, null(), end(search.of.price_minor)).where(search.without("price"))


def _brands(search: _Search) -> Rows:
    brand = search.of.brand
    return (
        _row("brand", brand, _COUNT)
        .where(search.without("brand"), brand.is_not(None))
        .group_by(brand)
        .order_by(_COUNT.desc(), brand.collate("C"))
        .limit(MAX_BRANDS)
    )


def _categories(search: _Search) -> Rows:
    category = _elements(search.of.category_path, search.without("category"), Uuid())
    return (
        _row("category", cast(category, Text), _COUNT)
        .group_by(category)
        .order_by(_COUNT.desc(), category)
        .limit(MAX_CATEGORIES)
    )


def _row(facet: str, value: ColumnElement[Any], count: ColumnElement[int]) -> Rows:
    return select(
        literal(facet).label("facet"),
        literal(0).label("position"),
        literal("").label("key"),
        value.label("value"),
        count.label("count"),
    )


def _common_keys(search: _Search) -> Rows:
    """Select the keys that most of the found products have, besides those of the filter."""
    key = _elements(search.of.attribute_keys, search.without(""))
    place = (func.count().desc(), key.collate("C"))
    return (
        select(func.row_number().over(order_by=place).label("position"), key.label("key"))
        .where(key.not_in(search.keys))
        .group_by(key)
        .order_by(*place)
        .limit(max(MAX_ATTRIBUTES - len(search.keys), 0))
    )


def _attributes(search: _Search, facet: str, wanted_keys: Rows) -> Rows:
    keys = wanted_keys.subquery("keys")
    # Counted before they are split, as there are many more than different ones.
    pair = _elements(search.of.attributes, search.without(facet))
    pairs = select(pair.label("pair"), _COUNT).group_by(pair).subquery("pairs")
    value = func.substr(pairs.c.pair, func.length(keys.c.key) + 2)
    place = (pairs.c["count"].desc(), value.collate("C"))
    counted = (
        select(
            keys.c.position,
            keys.c.key,
            value.label("value"),
            pairs.c["count"],
            func.row_number().over(partition_by=keys.c.key, order_by=place).label("place"),
        )
        .join_from(pairs, keys, func.split_part(pairs.c.pair, "=", 1) == keys.c.key)
        .subquery("counted")
    )
    return select(
        literal("attribute").label("facet"),
        counted.c.position,
        counted.c.key,
        counted.c.value,
        counted.c["count"],
    ).where(counted.c.place <= MAX_ATTRIBUTE_VALUES)


def _elements(
    arrays: ColumnElement[Any], condition: ColumnElement[bool], of: TypeEngine[Any] = _TEXT
) -> ColumnElement[Any]:
    """Return what the arrays hold of the documents for which a condition holds.

    Joined to its document, each array would be a table of its own: half as fast.
    """
    elements = select(func.unnest(arrays, type_=of).label("element")).where(condition)
    return elements.subquery().c.element
