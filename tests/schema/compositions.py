"""The subgraphs composed as gateways compose them, and what differs between two schemas."""

from collections.abc import Mapping
from difflib import unified_diff
from typing import Any

from graphql import (
    GraphQLScalarType,
    GraphQLSchema,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    build_schema,
    get_named_type,
    is_interface_type,
    is_object_type,
    is_specified_directive,
    lexicographic_sort_schema,
    parse,
    print_ast,
    print_schema,
)

from schema import graph
from tests.node import run_script

COMPOSERS = ["apollo", "guild", "wundergraph"]

# By the composer's name, the `supergraph` and the `api` that it makes.
Composed = dict[str, dict[str, str]]


def slices(*, without_tag: str | None = None) -> dict[str, str]:
    """Print what each subgraph publishes, by the subgraphs' names."""
    return {name: graph.build_schema(name, without_tag=without_tag).sdl for name in graph.SUBGRAPHS}


def compose(sdls: Mapping[str, str]) -> Composed:
    """Compose with each composer; what any of them refuses fails the test."""
    composed: Composed = run_script("compose.mjs", _subgraphs(sdls))
    return composed


def contract(sdls: Mapping[str, str], *, without_tag: str) -> dict[str, str]:
    """Return the API without what carries the tag, of each composer that makes contracts."""
    given = {**_subgraphs(sdls), "withoutTag": without_tag}
    contracts: dict[str, str] = run_script("contract.mjs", given)
    return contracts


def _subgraphs(sdls: Mapping[str, str]) -> dict[str, Any]:
    named = {name: {"sdl": sdl, "url": f"http://{name}/graphql"} for name, sdl in sdls.items()}
    return {"subgraphs": named}


def directives(sdl: str) -> dict[str, list[str]]:
    """Return what is applied to each type and to each field of a type, by their coordinates."""
    found = {}
    for each in parse(sdl).definitions:
        if isinstance(each, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            found[each.name.value] = list(map(print_ast, each.directives or ()))
            for field in each.fields or ():
                printed = list(map(print_ast, field.directives or ()))
                found[f"{each.name.value}.{field.name.value}"] = printed
    return found


def difference(whole: str, composed: str, composer: str) -> str:
    """Tell line by line what differs between two APIs, whatever the order they are printed in."""
    expected, found = build_schema(whole), build_schema(composed)
    if composer == "wundergraph":
        # Its schema for clients has no applied directives but `@deprecated`.
        _forget_specifications(expected)
    return "\n".join(unified_diff(_lines(expected), _lines(found), "whole", composer, lineterm=""))


def _forget_specifications(schema: GraphQLSchema) -> None:
    for each in schema.type_map.values():
        if isinstance(each, GraphQLScalarType):
            each.specified_by_url = None


def _lines(schema: GraphQLSchema) -> list[str]:
    # Composers drop the definitions of directives, which the API's clients cannot use.
    schema.directives = tuple(each for each in schema.directives if is_specified_directive(each))
    return print_schema(lexicographic_sort_schema(schema)).splitlines()


def reachable(sdl: str) -> str:
    """Drop the types that no field leads to, of which composers keep more or fewer.

    An interface leads to its types where a field returns it.
    """
    schema = build_schema(sdl)
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    behind: set[Any] = set()
    while True:
        found = GraphQLSchema(*roots, types=list(behind))
        more = _behind_interfaces(schema, found)
        if more <= behind:
            return print_schema(found)
        behind |= more


def _behind_interfaces(schema: GraphQLSchema, found: GraphQLSchema) -> set[Any]:
    returned = {
        get_named_type(field.type)
        for each in found.type_map.values()
        if is_object_type(each) or is_interface_type(each)
        for field in each.fields.values()
    }
    return {
        implementation
        for each in returned
        if is_interface_type(each)
        for implementation in schema.get_implementations(each).objects
    }
