"""What the functions of fields answer in a world, made from the types that they must return."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from inspect import getclosurevars
from types import SimpleNamespace
from typing import Any, cast

from graphql import (
    GraphQLAbstractType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)

import core.money
from core.errors import DomainError
from core.reads import Page, PageRequest, Row
from execution.fields import DerivedField
from execution.read_field import ReadField
from execution.rows import BINDINGS
from loaders.products import ProductRow
from resolvers.commands import Outcome, Refusal
from resolvers.search import FoundProduct, SearchPage
from search.port import Hit
from tests.execution.differential.pages import ORDER, MadeUpEventPage, MadeUpPage
from tests.execution.differential.payloads import payload
from tests.execution.differential.values import CURRENCIES, leaf, row_of
from tests.execution.differential.world import World

# How long lists and pages are.
_LISTS = (0, 1, 2, 2, 3)
_PAGES = (0, 1, 2, 2, 3, 3, 4)
Place = tuple[object, ...]


@dataclass(frozen=True)
class Answers:
    """Answers in one world; `given` is what the function was asked for by name."""

    schema: GraphQLSchema
    world: World
    given: Mapping[str, Any]

    def of(self, each: GraphQLOutputType, *place: object) -> Any:
        """Return a value of a type, or now and then something that is none."""
        world = self.world
        if world.goes_wrong(
            "answer", *place, often=4 if is_list_type(get_nullable_type(each)) else 1
        ):
            wrong = (None, 7, "nonsense", [None], world.error(*place))
            return world.pick(wrong, "answer", *place)
        if isinstance(each, GraphQLNonNull):
            return self._some(each.of_type, place)
        return None if world.happens(120, "null", *place) else self._some(each, place)

    def _some(self, each: GraphQLOutputType, place: Place) -> Any:
        if isinstance(each, GraphQLList):
            size = self.world.pick(_LISTS, "size", *place)
            return [self.of(each.of_type, n, *place) for n in range(size)]
        if is_leaf_type(each):
            return leaf(each, self.world, place)
        if is_abstract_type(each):
            return self._some(self._possible(each, place), place)
        assert is_object_type(each)
        return self._object(each, place)

    def _possible(self, each: GraphQLAbstractType, place: Place) -> GraphQLObjectType:
        return self.world.pick(self.schema.get_possible_types(each), "type", *place)

    def _object(self, each: GraphQLObjectType, place: Place) -> Any:
        if each.name in BINDINGS:
            return row_of(each.name, self.world, self._columns(each.name), *place)
        if each.name in _SOURCES:
            return _SOURCES[each.name](self, each, place)
        if "page" in self.given and "edges" in each.fields:
            return self._page(each, place)
        definition = each.extensions["strawberry-definition"]
        if definition.is_type_of is not None:
            return self._refusal(each, place)
        if each.name.endswith("Payload"):
            return Outcome(self._attributes(each, place))
        return SimpleNamespace(**self._attributes(each, place))

    def _columns(self, type_name: str) -> frozenset[str]:
        if "columns" in self.given:
            return frozenset(self.given["columns"])
        return frozenset(self.given["columns_of"](type_name))

    def _attributes(self, each: GraphQLObjectType, place: Place) -> dict[str, Any]:
        """Return the attributes that an object's fields show, and the keys that its reads need."""
        made: dict[str, Any] = {}
        for field in each.fields.values():
            declared = field.extensions["strawberry-definition"]
            where = (declared.python_name, *place)
            if isinstance(declared, ReadField):
                made[declared.key] = self._key(declared.key, where)
            elif not isinstance(declared, DerivedField):
                made[declared.python_name] = self.of(field.type, *where)
        return made

    def _key(self, name: str, place: Place) -> object:
        if self.world.happens(200, "no key", *place):
            return None
        several = name.endswith("_ids")
        keys = [self.world.uuid(n, *place) for n in range(1 + several)]
        return keys if several else keys[0]

    def _refusal(self, each: GraphQLObjectType, place: Place) -> Refusal:
        declared = each.extensions["strawberry-definition"].is_type_of
        kind = getclosurevars(declared).nonlocals["error"]
        error: DomainError = kind.__new__(kind)
        Exception.__init__(error, f"{each.name} {self.world.draw(*place) % 100}")
        error.values = {"path": ["lines", "0"][: self.world.draw("path", *place) % 3]}
        vars(error).update(self._attributes(each, place))
        error.code = each.name.upper()
        for field in each.fields.values():
            name = _value_name(field.extensions["strawberry-definition"])
            if name is not None:
                error.values[name] = self.of(field.type, name, *place)
        return Refusal(error)

    def _page(self, each: GraphQLObjectType, place: Place) -> Page[Row]:
        asked: PageRequest = self.given["page"]
        size = self.world.pick(_PAGES, "page", *place) if asked.rows else 0
        node = get_named_type(each.fields["nodes"].type)
        kind = MadeUpEventPage if each.name == "EventConnection" else MadeUpPage
        return kind(
            [self.of(GraphQLNonNull(node), n, *place) for n in range(min(asked.first, size))],
            ORDER,
            has_next=self.world.happens(500, "next", *place),
            has_previous=asked.after is not None,
            total=self.world.draw("total", *place) % 100 if asked.total else None,
            place=f"{self.world.draw('cursor', *place):x}",
        )


@cache
def _value_name(declared: object) -> str | None:
    """Return which value of a refusal a field shows."""
    function = declared.function if isinstance(declared, DerivedField) else None
    if function is None or not function.__qualname__.startswith("value_of."):
        return None
    name: str = getclosurevars(function).nonlocals["name"]
    return name


def _money(answers: Answers, each: GraphQLObjectType, place: Place) -> core.money.Money:
    del each
    world = answers.world
    return core.money.Money(world.draw(*place) % 10_000, world.pick(CURRENCIES, *place))


def _search_page(answers: Answers, each: GraphQLObjectType, place: Place) -> SearchPage:
    page = answers._page(each, place)  # noqa: SLF001 - it is a part of it that has a place below.
    facets = answers.of(each.fields["facets"].type, "facets", *place)
    found = [
        FoundProduct(
            cast("ProductRow", row), Hit(answers.world.uuid(n, *place), n / 8, f"hit-{n}", None)
        )
        for n, row in enumerate(page.rows)
    ]
    asked = facets if "facets" in answers.given["selected"] else None
    return SearchPage(found, page.has_next, page.has_previous, page.total, asked)


def _update(answers: Answers, each: GraphQLObjectType, place: Place) -> SimpleNamespace:
    """Return an update of an order, which comes with an event or without."""
    made = answers._attributes(each, place)  # noqa: SLF001 - as above.
    return SimpleNamespace(**made, event=answers.world.pick((None, _event(answers, place)), *place))


def _event(answers: Answers, place: Place) -> SimpleNamespace:
    return SimpleNamespace(
        id=answers.world.uuid("event", *place),
        type="order.placed",
        version=1,
        sequence=answers.world.draw("sequence", *place) % 100,
        cursor=f"{answers.world.draw('position', *place) % 100}",
        occurred_at=answers.world.moment("event", *place),
        payload=payload(answers.world, "order", place),
    )


_SOURCES: dict[str, Callable[[Answers, GraphQLObjectType, Place], Any]] = {
    "Money": _money,
    "SearchConnection": _search_page,
    "OrderUpdate": _update,
    "OrderEvent": lambda answers, _each, place: _event(answers, place),
}
