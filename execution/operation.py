"""One operation of a valid document, as it is known before it is executed."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_operation_ast,
)


class Operation:
    """What an operation selects, with the values of its variables as the client sent them.

    Without `variables` they may have any values, and nothing is left out by one.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation_name: str | None,
        variables: Mapping[str, Any] | None,
    ) -> None:
        operation = get_operation_ast(document, operation_name)
        assert operation is not None, operation_name  # noqa: S101 - the document is valid.
        root = schema.get_root_type(operation.operation)
        assert root is not None  # noqa: S101 - as above.
        self.root, self.selected = root.name, operation.selection_set
        self._variables: dict[str, Any] = {}
        if variables is not None:
            defaults = {
                each.variable.name.value: each.default_value
                for each in operation.variable_definitions or ()
            }
            self._variables = defaults | dict(variables)
        self._fragments = {
            each.name.value: each
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }

    def parts(
        self, selected: SelectionSetNode, names: Collection[str]
    ) -> Iterator[FieldNode | SelectionSetNode]:
        """Yield the fields of a selection, and the selections of the fragments in it.

        What `@skip` and `@include` leave out is not there, nor are the fragments for other types
        than those of these `names`.
        """
        for selection in selected.selections:
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                yield selection
                continue
            fragment = self._fragment(selection)
            condition = fragment.type_condition
            if condition is None or condition.name.value in names:
                yield fragment.selection_set

    def given(self, value: ValueNode) -> Any:
        """Return what the document says, or for a variable, what its value or default is."""
        return self._variables.get(value.name.value) if isinstance(value, VariableNode) else value

    def _fragment(self, selection: SelectionNode) -> InlineFragmentNode | FragmentDefinitionNode:
        if isinstance(selection, FragmentSpreadNode):
            return self._fragments[selection.name.value]
        assert isinstance(selection, InlineFragmentNode)  # noqa: S101 - there is nothing else.
        return selection

    def _is_included(self, selection: SelectionNode) -> bool:
        for directive in selection.directives or ():
            if directive.name.value in {"skip", "include"} and directive.arguments:
                given = self.given(directive.arguments[0].value)
                condition = given.value if isinstance(given, BooleanValueNode) else given
                if condition is (directive.name.value == "skip"):
                    return False
        return True
