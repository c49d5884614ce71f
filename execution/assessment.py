"""What a schema says of a document that a client wants to register."""

from collections.abc import Callable, Mapping

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    print_ast,
)

from core.document_store import Assessment, Document, Fault
from execution.cost import Costs
from execution.cost_limit import CostLimitExceeded
from execution.document_cache import DocumentCache, InvalidDocument
from execution.documents import fault_of, operation_of, variables_of
from execution.limits import Limits
from execution.promises import promises_of
from execution.statements import Ceilings


class Assessor:
    """Judges documents by one schema, and by how large an operation may be and what it may cost."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, maximum_cost: int) -> None:
        self._schema, self._limits, self._maximum_cost = schema, limits, maximum_cost
        self._documents = DocumentCache(schema)
        self._costs, self._ceilings = Costs(schema), Ceilings(schema)

    def assess(self, document: Document) -> Assessment:
        """Return what is wrong with a document, or else its figures."""
        return self._judged(document.body, lambda parsed: _misnamed(document, parsed))

    def assess_query(self, body: str, variables: Mapping[str, str]) -> Assessment:
        """Judge the text of one query, of any name or none, that takes just these variables.

        They are types of GraphQL by their names: `{"id": "ID!"}`.
        """
        return self._judged(body, lambda parsed: _no_such_query(parsed, variables))

    def _judged(self, body: str, look_at: Callable[[DocumentNode], Fault | None]) -> Assessment:
        try:
            parsed = self._documents.checked(body, self._limits)
        except InvalidDocument as invalid:
            return Assessment(tuple(map(fault_of, invalid.errors)))
        if (fault := look_at(parsed)) is not None:
            return Assessment((fault,))
        cost = self._costs.cost_of(parsed)
        if cost.total > self._maximum_cost:
            refusal = CostLimitExceeded(cost, self._maximum_cost)
            return Assessment((_at_beginning(str(refusal), parsed),))
        return Assessment(
            cost=cost.total,
            statements=self._ceilings.statements_of(parsed),
            promises=promises_of(self._schema, parsed),
        )


def _misnamed(document: Document, parsed: DocumentNode) -> Fault | None:
    try:
        operation = operation_of(parsed)
    except ValueError as error:
        return _at_beginning(str(error), parsed)
    if (operation.name, operation.kind) == (document.name, document.kind):
        return None
    return _at_beginning(f"The body is the {operation.kind} {operation.name}.", parsed)


def _no_such_query(parsed: DocumentNode, variables: Mapping[str, str]) -> Fault | None:
    operations = [each for each in parsed.definitions if isinstance(each, OperationDefinitionNode)]
    if [each.operation for each in operations] != [OperationType.QUERY]:
        return _at_beginning("The document has to be one query, and nothing else.", parsed)
    declared = {each.variable.name.value: print_ast(each.type) for each in variables_of(parsed)}
    if declared == variables:
        return None
    wanted = ", ".join(f"${name}: {type_name}" for name, type_name in variables.items())
    return fault_of(GraphQLError(f"The query has to take just {wanted}.", operations[0]))


def _at_beginning(message: str, parsed: DocumentNode) -> Fault:
    return fault_of(GraphQLError(message, parsed.definitions[0]))
