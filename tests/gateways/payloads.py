"""Mutations that ask for everything that their payloads lead to."""

from collections.abc import Iterable

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_interface_type,
    is_leaf_type,
    is_required_argument,
)

from core.settings import ROOT

GRAPH = build_schema((ROOT / "schema.graphql").read_text())
REFUSAL = "code message path"


def mutation_of(name: str, given: Iterable[str]) -> str:
    """Write a mutation of one root field, with a variable for each of the given arguments."""
    assert GRAPH.mutation_type is not None
    field = GRAPH.mutation_type.fields[name]
    declared = ", ".join(f"${each}: {field.args[each].type}" for each in given)
    arguments = ", ".join(f"{each}: ${each}" for each in given)
    below = _everything(get_named_type(field.type), frozenset())
    return f"mutation Everything({declared}) {{ {name}({arguments}) {below} }}"


def _everything(type_: GraphQLNamedType, above: frozenset[str]) -> str:
    """Select all there is, but no type within itself, and lists by their nodes alone."""
    if isinstance(type_, GraphQLUnionType):
        members = " ".join(_refusal(each, above) for each in type_.types)
        return f"{{ __typename ... on UserError {{ {REFUSAL} }} {members} }}"
    assert isinstance(type_, GraphQLObjectType) or is_interface_type(type_)
    fields = [
        f"{name} {_below(field, above | {type_.name})}"
        for name, field in type_.fields.items()
        if name != "edges" and _is_new(field, above | {type_.name})
    ]
    return f"{{ {' '.join(fields)} }}"


def _refusal(type_: GraphQLObjectType, above: frozenset[str]) -> str:
    """Select what one type of refusal carries, whatever others mean by the same names."""
    fields = [
        f"{type_.name}_{name}: {name} {_below(field, above)}"
        for name, field in type_.fields.items()
        if name not in REFUSAL.split()
    ]
    return f"... on {type_.name} {{ __typename {' '.join(fields)} }}"


def _below(field: GraphQLField, above: frozenset[str]) -> str:
    named = get_named_type(field.type)
    return "" if is_leaf_type(named) else _everything(named, above)


def _is_new(field: GraphQLField, above: frozenset[str]) -> bool:
    needs_none = not any(is_required_argument(argument) for argument in field.args.values())
    return needs_none and get_named_type(field.type).name not in above
