"""What a document asks below one field, read from its syntax tree."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    VariableValues,
    get_directive_values,
    is_abstract_type,
)


def selected_fields(
    info: GraphQLResolveInfo[Any], nodes: Iterable[FieldNode], type_name: str
) -> dict[str, list[FieldNode]]:
    """Return the fields that `nodes` select on an object type, by field name, not by alias."""
    fields: dict[str, list[FieldNode]] = {}
    for node in nodes:
        if node.selection_set:
            for field in _flattened(info, node.selection_set.selections, type_name):
                fields.setdefault(field.name.value, []).append(field)
    return fields


def _flattened(
    info: GraphQLResolveInfo[Any], selections: Iterable[SelectionNode], type_name: str
) -> Iterator[FieldNode]:
    for selection in selections:
        if not _included(info, selection):
            continue
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, InlineFragmentNode):
            condition = selection.type_condition
            if condition is None or _applies(info, condition.name.value, type_name):
                yield from _flattened(info, selection.selection_set.selections, type_name)
        elif isinstance(selection, FragmentSpreadNode):
            fragment = info.fragments[selection.name.value]
            if _applies(info, fragment.type_condition.name.value, type_name):
                yield from _flattened(info, fragment.selection_set.selections, type_name)


def _applies(info: GraphQLResolveInfo[Any], condition: str, type_name: str) -> bool:
    if condition == type_name:
        return True
    abstract = info.schema.type_map.get(condition)
    concrete = info.schema.type_map.get(type_name)
    return (
        is_abstract_type(abstract)
        and isinstance(concrete, GraphQLObjectType)
        and info.schema.is_sub_type(abstract, concrete)
    )


def _included(info: GraphQLResolveInfo[Any], selection: SelectionNode) -> bool:
    if not selection.directives:
        return True
    # Strawberry hands over the plain values of variables, which graphql-core takes in a container.
    variables = VariableValues({}, cast("dict[str, Any]", info.variable_values))
    skip = get_directive_values(GraphQLSkipDirective, selection, variables)
    include = get_directive_values(GraphQLIncludeDirective, selection, variables)
    return not (skip and skip["if"]) and (include is None or bool(include["if"]))
