"""What a registered document says, and what a schema refuses of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_named_type,
    is_specified_scalar_type,
    parse,
    type_from_ast,
    validate,
)

from core.document_store import Fault


@dataclass(frozen=True)
class Operation:
    """The one operation of a document."""

    name: str
    kind: str


def operation_of(document: DocumentNode) -> Operation:
    """Return the one operation of a document; raises ValueError where there is not just one."""
    operations = [
        each for each in document.definitions if isinstance(each, OperationDefinitionNode)
    ]
    if len(operations) != 1:
        raise ValueError(f"A document has one operation, not {len(operations)}.")
    (operation,) = operations
    if operation.name is None:
        raise ValueError("The operation has no name.")
    return Operation(operation.name.value, operation.operation.value)


def faults_of(schema: GraphQLSchema, body: str) -> list[Fault]:
    """Return everything that a schema refuses of a document; nothing where it can be run."""
    try:
        document = parse(body)
    except GraphQLError as error:
        return [fault_of(error)]
    return [fault_of(error) for error in validate(schema, document)]


def variable_types(
    schema: GraphQLSchema, variable: VariableDefinitionNode
) -> list[GraphQLNamedType]:
    """Return every type that can occur in a variable, but those of GraphQL itself."""
    found: dict[str, GraphQLNamedType] = {}
    waiting = [type_from_ast(schema, variable.type)]
    while waiting:
        each = get_named_type(waiting.pop())
        if each is None or each.name in found or is_specified_scalar_type(each):
            continue
        found[each.name] = each
        if isinstance(each, GraphQLInputObjectType):
            waiting += [field.type for field in each.fields.values()]
    return [found[name] for name in sorted(found)]


def variables_of(document: DocumentNode) -> Iterator[VariableDefinitionNode]:
    """Yield the variables that a document declares."""
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            yield from definition.variable_definitions or ()


def fault_of(error: GraphQLError) -> Fault:
    """Return what an error says, and where it says it first."""
    place = error.locations[0] if error.locations else None
    return Fault(error.message, place.line if place else 1, place.column if place else 1)
