"""The facets of a search, in two statements whatever is filtered."""

from itertools import groupby
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    TableValuedAlias,
    Text,
    and_,
    cast,
    column,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from core.database import Database
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
from search.postgresql.matching import answers, attribute_facet, conditions, wanted

Rows: TypeAlias = Select[*tuple[Any, ...]]

_COUNT = func.count().label("count")


async def count_facets(database: Database, request: SearchRequest) -> Facets:
    search = _Search(request)
    counts = await database.fetch(_counts(search), {})
    ((lowest, highest),) = await database.fetch(_prices(search), {})
    brands, categories, attributes = (
        [row[1:] for row in counts if row[0] == facet]
        for facet in ("brand", "category", "attribute")
    )
    return Facets(
        brands=[FacetValue(value, count) for _, _, value, count in brands],
        categories=[CategoryCount(UUID(value), count) for _, _, value, count in categories],
        prices=None if lowest is None else PriceRange(lowest, highest),
        attributes=[
            AttributeFacet(key, [FacetValue(value, count) for _, _, value, count in values])
            for key, values in groupby(attributes, lambda row: str(row[1]))
        ],
    )


class _Search:
    def __init__(self, request: SearchRequest) -> None:
        self._words = wanted(request.text) if request.text else None
        self._conditions = conditions(request.filter)
        self.filtered_keys = list(dict.fromkeys(each.key for each in request.filter.attributes))

    def without(self, facet: str) -> ColumnElement[bool]:
        """Tell whether a document is found when the filter of this facet is not set."""
        parts = [part for name, part in self._conditions if name != facet]
        if self._words is not None:
            parts.append(answers(self._words))
        return and_(true(), *parts)


def _prices(search: _Search) -> Executable:
    return select(func.min(Document.price_minor), func.max(Document.price_minor)).where(
        search.without("price")
    )


def _counts(search: _Search) -> Executable:
    """Select (facet, position, key, value, count), the rows of each facet as they are shown.

    The position orders the keys of attributes: those of the filter, below zero, stand first.
    """
    selects = [_brands(search), _categories(search), _attributes(search, "", _common_keys(search))]
    for position, key in enumerate(search.filtered_keys):
        # Before the common keys, whose positions start at one.
        keys = select(
            literal(position - len(search.filtered_keys)).label("position"),
            literal(key).label("key"),
        )
        selects.append(_attributes(search, attribute_facet(key), keys))
    rows = union_all(*selects).subquery("counts")
    return select(rows).order_by(
        rows.c.facet, rows.c.position, rows.c["count"].desc(), rows.c.value.collate("C")
    )


def _brands(search: _Search) -> Rows:
    return (
        _row("brand", Document.brand.expression)
        .where(search.without("brand"), Document.brand.is_not(None))
        .group_by(Document.brand)
        .order_by(_COUNT.desc(), Document.brand.collate("C"))
        .limit(MAX_BRANDS)
    )


def _categories(search: _Search) -> Rows:
    categories = _elements(Document.category_path)
    return (
        _row("category", cast(categories.c.element, Text))
        .select_from(Document)
        .join(categories, true())
        .where(search.without("category"))
        .group_by(categories.c.element)
        .order_by(_COUNT.desc(), categories.c.element)
        .limit(MAX_CATEGORIES)
    )


def _row(facet: str, value: ColumnElement[Any]) -> Rows:
    return select(
        literal(facet).label("facet"),
        literal(0).label("position"),
        literal("").label("key"),
        value.label("value"),
        _COUNT,
    )


def _common_keys(search: _Search) -> Rows:
    """Select the keys that most of the found products have, besides those of the filter."""
    keys = _elements(Document.attribute_keys)
    key = keys.c.element
    place = (func.count().desc(), key.collate("C"))
    return (
        select(func.row_number().over(order_by=place).label("position"), key.label("key"))
        .select_from(Document)
        .join(keys, true())
        .where(search.without(""), key.not_in(search.filtered_keys))
        .group_by(key)
        .order_by(*place)
        .limit(max(MAX_ATTRIBUTES - len(search.filtered_keys), 0))
    )


def _attributes(search: _Search, facet: str, wanted_keys: Rows) -> Rows:
    keys = wanted_keys.subquery("keys")
    pairs = _elements(Document.attributes)
    pair = pairs.c.element
    value = func.substr(pair, func.length(keys.c.key) + 2)
    place = (func.count().desc(), value.collate("C"))
    counted = (
        select(
            keys.c.position,
            keys.c.key,
            value.label("value"),
            _COUNT,
            func.row_number().over(partition_by=keys.c.key, order_by=place).label("place"),
        )
        .select_from(Document)
        .join(pairs, true())
        .join(keys, func.split_part(pair, "=", 1) == keys.c.key)
        .where(search.without(facet))
        .group_by(keys.c.position, keys.c.key, value)
        .subquery("counted")
    )
    return select(
        literal("attribute").label("facet"),
        counted.c.position,
        counted.c.key,
        counted.c.value,
        counted.c["count"],
    ).where(counted.c.place <= MAX_ATTRIBUTE_VALUES)


def _elements(array: InstrumentedAttribute[Any]) -> TableValuedAlias:
    element = column("element", array.type.item_type)
    return func.unnest(array).table_valued(element).render_derived()
