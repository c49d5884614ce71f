"""What a document asks of the rows that one field returns."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLResolveInfo,
    get_named_type,
    is_abstract_type,
)

from execution.rows import BINDINGS, Binding
from execution.selection import selected_fields


@dataclass(frozen=True)
class Asked:
    """The asked columns of the rows, and the names of the fields selected beside them."""

    info: GraphQLResolveInfo[Any]
    nodes: tuple[FieldNode, ...]
    type_name: str
    fields: frozenset[str]

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns asked of the rows, whichever of an interface's types they turn out to be."""
        schema = self.info.schema
        named = schema.type_map[self.type_name]
        possible = schema.get_possible_types(named) if is_abstract_type(named) else [named]
        return frozenset().union(*(self.columns_of(each.name) for each in possible))

    def columns_of(self, type_name: str) -> frozenset[str]:
        """Return the columns asked of one type, where the field returns an interface."""
        binding = BINDINGS.get(type_name)
        if binding is None:
            return frozenset()
        selected = selected_fields(self.info, self.nodes, type_name)
        needed = [binding.columns.get(name, ()) for name in selected]
        beside = [self._beside(binding, type_name, name, selected[name]) for name in selected]
        return binding.always.union(*needed, *beside)

    def _beside(
        self, binding: Binding, type_name: str, name: str, nodes: list[FieldNode]
    ) -> frozenset[str]:
        if name not in binding.neighbours:
            return frozenset()
        parent = self.info.schema.type_map[type_name]
        assert isinstance(parent, GraphQLObjectType)  # noqa: S101 - a binding's type is one.
        returned = get_named_type(parent.fields[name].type).name
        selected = selected_fields(self.info, nodes, returned)
        return binding.beside(name, BINDINGS[returned], selected)


def asked_of(info: GraphQLResolveInfo[Any]) -> Asked:
    """Read what is asked below a field; a type with `edges` is a connection, read through."""
    returned = get_named_type(info.return_type)
    nodes = tuple(info.field_nodes)
    if not isinstance(returned, GraphQLObjectType) or "edges" not in returned.fields:
        return Asked(info, nodes, returned.name, frozenset())
    selected = selected_fields(info, nodes, returned.name)
    edge = get_named_type(returned.fields["edges"].type)
    through_edges = selected_fields(info, selected.get("edges", ()), edge.name)
    row_nodes = (*selected.get("nodes", ()), *through_edges.get("node", ()))
    row_type = get_named_type(returned.fields["nodes"].type)
    return Asked(info, row_nodes, row_type.name, frozenset(selected))
