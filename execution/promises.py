"""What a schema promises to a document, beyond that it is valid.

A valid document may still get a null that its client does not expect, or find that a variable which
the client fills in by the old rules is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypedDict

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLSchema,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    TypeInfo,
    TypeInfoVisitor,
    TypeNode,
    Visitor,
    build_schema,
    is_composite_type,
    parse_type,
    print_type,
    visit,
)

from core.document_store import Fault
from execution.breaking import breaking_changes
from execution.documents import fault_of, variable_types, variables_of


class Promises(TypedDict, total=False):
    """What a document can rely on, as it is stored.

    `fields` gives the type of each field by its path of response names: `products.nodes.slug` in
    the operation, `...Card.slug` in a fragment. `variables` gives for each variable the definitions
    of all types that can occur in it. Where a key is missing, nothing was promised of the kind.
    """

    fields: dict[str, str]
    variables: dict[str, str]


@dataclass(frozen=True)
class SelectedField:
    """A field where a document selects it."""

    path: str
    coordinate: str
    type: GraphQLOutputType
    node: FieldNode


def promises_of(schema: GraphQLSchema, document: DocumentNode) -> Promises:
    """Return what a schema promises to a document that is valid in it."""
    return {
        "fields": {each.path: str(each.type) for each in selected_fields(schema, document)},
        "variables": {
            variable.variable.name.value: "\n".join(map(print_type, types))
            for variable in variables_of(document)
            if (types := variable_types(schema, variable))
        },
    }


def broken(promises: Promises, schema: GraphQLSchema, document: DocumentNode) -> Iterator[Fault]:
    """Yield the promises that a schema does not keep to a document that is valid in it."""
    for each in selected_fields(schema, document):
        promised = promises.get("fields", {}).get(each.path)
        if promised is not None and not _reads_as(each.type, parse_type(promised)):
            said = f"'{each.coordinate}' was promised as {promised} and is {each.type}."
            yield fault_of(GraphQLError(said, each.node))
    for variable in variables_of(document):
        promised = promises.get("variables", {}).get(variable.variable.name.value)
        if promised is not None:
            for change in breaking_changes(build_schema(promised), schema):
                yield fault_of(GraphQLError(change, variable))


def selected_fields(schema: GraphQLSchema, document: DocumentNode) -> list[SelectedField]:
    """Return every field of a document, each fragment once; unknown ones are left out."""
    types = TypeInfo(schema)
    fields = _Fields(types)
    visit(document, TypeInfoVisitor(types, fields))
    return fields.found


class _Fields(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.found: list[SelectedField] = []
        self._types = types
        self._path: list[str] = []

    def enter_operation_definition(self, *_args: Any) -> None:
        self._path = []

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_args: Any) -> None:
        self._path = [f"...{node.name.value}"]

    def enter_field(self, node: FieldNode, *_args: Any) -> None:
        self._path.append((node.alias or node.name).value)
        parent, type_ = self._types.get_parent_type(), self._types.get_type()
        if parent is not None and type_ is not None:
            coordinate = f"{parent.name}.{node.name.value}"
            self.found.append(SelectedField(".".join(self._path), coordinate, type_, node))

    def leave_field(self, *_args: Any) -> None:
        self._path.pop()


def _reads_as(new: GraphQLOutputType, old: TypeNode) -> bool:
    """Tell whether who reads values of the old type can read those of the new one.

    Of an object, that is asked of its fields.
    """
    if isinstance(new, GraphQLNonNull):
        return _reads_as(new.of_type, old.type if isinstance(old, NonNullTypeNode) else old)
    if isinstance(new, GraphQLList):
        return isinstance(old, ListTypeNode) and _reads_as(new.of_type, old.type)
    if isinstance(old, NamedTypeNode):
        return is_composite_type(new) or new.name == old.name.value
    return False
