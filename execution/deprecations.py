"""Deprecations that a client can plan by, and what may be removed when one has ended.

Each reads: "Use `Product.urlKey`: a slug was not unique. Removed after 2027-05-01."
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from graphql import (
    REMOVE,
    GraphQLDeprecatedDirective,
    GraphQLObjectType,
    GraphQLSchema,
    UnionTypeDefinitionNode,
    Visitor,
    build_ast_schema,
    get_directive_values,
    parse,
    print_schema,
    visit,
)

from execution.breaking import breaking_changes
from execution.coordinates import elements

_FORM = re.compile(r"Use `(?P<successor>[^`]+)`: .+\. Removed after (?P<day>\d{4}-\d\d-\d\d)\.")


def replaced_by(successor: str, why: str, *, until: date) -> str:
    """Return why an element is deprecated: what to use instead, and how long it stays at least.

    The successor is a schema coordinate, such as `Query.product(urlKey:)`.
    """
    return f"Use `{successor}`: {why}. Removed after {until}."


def deprecations(schema: GraphQLSchema) -> dict[str, str]:
    """Return why each element is deprecated that is so, by its coordinate."""
    return {
        coordinate: element.deprecation_reason
        for coordinate, element in elements(schema).items()
        if element.deprecation_reason is not None
    }


def unplanned(schema: GraphQLSchema) -> Iterator[str]:
    """Yield what is wrong with the deprecations of a schema: each names a successor and a day."""
    deprecated = deprecations(schema)
    to_stay = elements(schema).keys() - deprecated.keys()
    for coordinate, reason in deprecated.items():
        form = _FORM.fullmatch(reason)
        if form is None or _last_day(reason) is None:
            yield f"{coordinate}: “{reason}” is not “Use `…`: … . Removed after 2027-05-01.”"
        elif form["successor"] not in to_stay:
            yield f"{coordinate}: {form['successor']}, its successor, is missing or deprecated."


def premature(old: GraphQLSchema, new: GraphQLSchema, today: date) -> list[str]:
    """Return what the new schema breaks of the old one that no deprecation has ended for.

    A type goes with the last field that leads to it, and out of a union or an interface when all
    of its own fields may go.
    """
    return breaking_changes(_remaining(old, today), new)


def _remaining(schema: GraphQLSchema, today: date) -> GraphQLSchema:
    """Return what is left when all deprecations that have ended by today are carried out."""
    document = visit(parse(print_schema(schema)), _Removal(today))
    empty = {
        each.name.value for each in document.definitions if getattr(each, "fields", None) == ()
    }
    left = build_ast_schema(visit(document, _OutOfUnions(empty)), assume_valid=True)
    implementations = [
        each
        for each in left.type_map.values()
        if isinstance(each, GraphQLObjectType) and each.interfaces and each.fields
    ]
    # Of other types, a schema takes in those that its roots lead to.
    roots = (left.query_type, left.mutation_type, left.subscription_type)
    return GraphQLSchema(*roots, types=implementations, assume_valid=True)


def _last_day(reason: str) -> date | None:
    form = _FORM.fullmatch(reason)
    try:
        return date.fromisoformat(form["day"]) if form else None
    except ValueError:
        return None


class _Removal(Visitor):
    """Takes out what is deprecated until a day before today."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today

    def _visit(self, node: Any, *_args: Any) -> Any:
        values = get_directive_values(GraphQLDeprecatedDirective, node)
        last_day = _last_day(values["reason"]) if values else None
        return REMOVE if last_day is not None and last_day < self._today else None

    enter_enum_value_definition = enter_field_definition = enter_input_value_definition = _visit


class _OutOfUnions(Visitor):
    """Takes types out of all unions."""

    def __init__(self, types: set[str]) -> None:
        super().__init__()
        self._types = types

    def enter_union_type_definition(self, node: UnionTypeDefinitionNode, *_args: Any) -> Any:
        left = tuple(each for each in node.types or () if each.name.value not in self._types)
        return UnionTypeDefinitionNode(name=node.name, types=left)
