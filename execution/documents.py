"""What a registered document says, and what a schema refuses of it."""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
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


def fault_of(error: GraphQLError) -> Fault:
    """Return what an error says, and where it says it first."""
    place = error.locations[0] if error.locations else None
    return Fault(error.message, place.line if place else 1, place.column if place else 1)
