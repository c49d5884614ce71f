"""Less of a document that still shows the same difference."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from graphql import (
    REMOVE,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)

from tests.execution.differential.ways import Case

_REMOVED = (FieldNode, InlineFragmentNode, FragmentSpreadNode, DirectiveNode)


async def shrunk(
    schema: GraphQLSchema, case: Case, differs: Callable[[Case], Awaitable[object]]
) -> Case:
    """Drop selections and directives one by one, from the outside, while a case still differs."""
    number = 0
    while (document := _without(case.document, number)) is not None:
        # The places of what is left are those of the text, which has to be written anew.
        smaller = replace(case, document=document)
        if _is_valid(schema, document) and await differs(smaller):
            case = smaller
        else:
            number += 1
    return case


def _without(document: DocumentNode, number: int) -> DocumentNode | None:
    """Remove one node and what is not used then; return None where there are not so many."""
    remover = _Remover(number)
    left = visit(document, remover)
    if remover.number >= 0:
        return None
    return parse(print_ast(_used(left))) if _is_whole(left) else left


class _Remover(Visitor):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def enter(self, node: Node, *_args: object) -> Any:
        if not isinstance(node, _REMOVED):
            return None
        self.number -= 1
        return REMOVE if self.number == -1 else None


def _is_whole(document: DocumentNode) -> bool:
    return all(each.selections for each in _nodes(document, SelectionSetNode))


def _is_valid(schema: GraphQLSchema, document: DocumentNode) -> bool:
    return _is_whole(document) and not validate(schema, document)


def _nodes(within: Node, kind: type[Any]) -> list[Any]:
    found: list[Any] = []

    class Finder(Visitor):
        def enter(self, node: Node, *_args: object) -> None:
            if isinstance(node, kind):
                found.append(node)

    visit(within, Finder())
    return found


def _used(document: DocumentNode) -> DocumentNode:
    """Leave out the fragments and variables that nothing uses."""
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    (operation,) = (
        each for each in document.definitions if isinstance(each, OperationDefinitionNode)
    )
    used: dict[str, FragmentDefinitionNode] = {}
    following = [operation.selection_set]
    while following:
        for spread in _nodes(following.pop(), FragmentSpreadNode):
            name = spread.name.value
            if name not in used:
                used[name] = fragments[name]
                following.append(fragments[name].selection_set)
    parts = [operation.selection_set, *(each.selection_set for each in used.values())]
    names = {each.name.value for part in parts for each in _nodes(part, VariableNode)}
    declared = tuple(
        each for each in operation.variable_definitions or () if each.variable.name.value in names
    )
    kept = OperationDefinitionNode(
        operation=operation.operation,
        selection_set=operation.selection_set,
        variable_definitions=declared,
    )
    return DocumentNode(definitions=(kept, *used.values()))
