"""The graph in the schema definition language: for gateways, and for clients."""

from typing import Any

from graphql import (
    REMOVE,
    DirectiveDefinitionNode,
    DirectiveNode,
    GraphQLDirective,
    Node,
    SchemaDefinitionNode,
    Visitor,
    parse,
    print_ast,
    print_directive,
    visit,
)
from strawberry import Schema
from strawberry.federation import schema_directives
from strawberry.printer import print_schema

from execution.cache_hints import CacheControl

_MACHINERY = {"_Any", "_Entity", "_Service", "_entities", "_service"}

# What clients too may want to know of a field, and how to read it.
_TOLD = {
    schema_directives.Authenticated: "Only for who is logged in; else null and the error"
    " `UNAUTHENTICATED`.",
    CacheControl: "How many seconds old the field, or any that returns the type, may be where a"
    " cache answers; what inherits may be as old as what it is a part of. An object or a root field"
    " that says nothing may not be kept, and an answer as long as each of its fields.",
    schema_directives.Cost: "What the field adds to the cost of an operation, where that is not 1"
    " for an object and nothing for a value. The server refuses what costs too much.",
    schema_directives.ListSize: "How many entries a list has at most, or the lists `sizedFields` of"
    " a page, and the argument that asks for fewer. They multiply what is selected of one.",
    schema_directives.RequiresScopes: "Only for viewers whose role is one of the inner lists; else"
    " null and the error `FORBIDDEN`.",
    schema_directives.Tag: "A name for a part of the graph: `staff` is what shoppers have no use"
    " for.",
}


class _WithoutMachinery(Visitor):
    """Takes out what every subgraph has and no gateway needs to be told."""

    def enter(self, node: Node, *_args: object) -> Any:
        name = getattr(node, "name", None)
        return REMOVE if name is not None and name.value in _MACHINERY else None


class _ForClients(_WithoutMachinery):
    """Takes out what only composers read, too."""

    def __init__(self, told: set[str]) -> None:
        super().__init__()
        self._told = told

    def enter_directive(self, node: DirectiveNode, *_args: object) -> Any:
        is_told = node.name.value in {*self._told, "deprecated", "specifiedBy", "oneOf"}
        return None if is_told else REMOVE

    def enter_directive_definition(self, node: DirectiveDefinitionNode, *_args: object) -> Any:
        return REMOVE if node.name.value in self._told else None

    def enter_schema_definition(self, _node: SchemaDefinitionNode, *_args: object) -> Any:
        return REMOVE


def subgraph_sdl(schema: Schema) -> str:
    """Print a view of the graph with the directives that a gateway composes it by."""
    return print_ast(visit(parse(print_schema(schema)), _WithoutMachinery())) + "\n"


def api_sdl(schema: Schema) -> str:
    """Print the graph as its clients see it; the definitions of the directives stand first."""
    told = [_definition(schema, each) for each in _TOLD]
    visitor = _ForClients({each.name for each in told})
    printed = print_ast(visit(parse(print_schema(schema)), visitor))
    used = [print_directive(each) for each in told if f"@{each.name}" in printed]
    return "\n\n".join([*used, printed]) + "\n"


def _definition(schema: Schema, told: type) -> GraphQLDirective:
    definition = schema.schema_converter.from_schema_directive(told)
    definition.description = _TOLD[told]
    # Strawberry names a place of `@cost` twice.
    definition.locations = tuple(dict.fromkeys(definition.locations))
    return definition
