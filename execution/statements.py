"""How many SQL statements an operation sends at most, known from its document alone.

A field below the root is an attribute, a derived field or a batch read, and a batch read sends one
statement for all the objects at its place of the answer, however many there are. So an operation
sends what its places do, whatever its pages hold. Nested lists add, and only their costs multiply.
Where a list is streamed, its entries are places of their own.
"""

from collections.abc import Iterable, Sequence

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLStreamDirective,
    SelectionSetNode,
)
from strawberry.federation.schema_directives import ListSize

from execution.arguments import MAXIMUM_PAGE
from execution.objects import names_of, objects_of
from execution.operation import Operation
from execution.prices import declared
from execution.rows import BINDINGS, NeedsColumns


class Ceilings:
    """Counts the statements of operations on one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._names = names_of(schema)

    def statements_of(self, document: DocumentNode, operation_name: str | None = None) -> int:
        """Count what one operation of a valid document sends at most; a subscription, at an event.

        What the types of an interface or a union send is added up, as a list may hold them all. A
        transaction's BEGIN and COMMIT do not count, nor does who asks, which is known before.
        """
        operation = Operation(self._schema, document, operation_name, variables=None)
        walk = _Walk(self._schema, self._names, operation)
        return walk.below([operation.selected], operation.root)


class _Walk:
    """One pass over an operation, by the places of its answer: fields of one key are one place."""

    def __init__(
        self, schema: GraphQLSchema, names: dict[str, set[str]], operation: Operation
    ) -> None:
        self._schema = schema
        self._names = names
        self._operation = operation
        mutation = schema.mutation_type
        self._is_mutation = mutation is not None and operation.root == mutation.name
        # Fragments that spread fragments would else take for ever.
        self._counted: dict[tuple[str, frozenset[int]], int] = {}

    def below(self, selections: Iterable[SelectionSetNode], type_name: str) -> int:
        """Count what is selected together on the objects of one type at one place."""
        places = self._places(selections, type_name)
        nodes = frozenset(id(node) for merged in places.values() for node in merged)
        if (type_name, nodes) not in self._counted:
            sent = sum(self._place(type_name, merged) for merged in places.values())
            self._counted[type_name, nodes] = sent
        return self._counted[type_name, nodes]

    def _places(
        self, selections: Iterable[SelectionSetNode], type_name: str
    ) -> dict[str, list[FieldNode]]:
        """Gather the fields that are merged, by their keys in the answer."""
        places: dict[str, list[FieldNode]] = {}
        # A fragment that is spread twice selects nothing more.
        unread = {id(each): each for each in selections}
        read: set[int] = set()
        while unread:
            key, selected = unread.popitem()
            read.add(key)
            for part in self._operation.parts(selected, self._names[type_name]):
                if isinstance(part, FieldNode):
                    places.setdefault((part.alias or part.name).value, []).append(part)
                elif id(part) not in read:
                    unread[id(part)] = part
        return places

    def _place(self, type_name: str, merged: list[FieldNode]) -> int:
        kind = self._schema.type_map[type_name]
        assert isinstance(kind, GraphQLObjectType)  # noqa: S101 - only such have been looked up.
        field = kind.fields.get(merged[0].name.value)
        if field is None:
            # What every schema has: `__typename` and the like.
            return 0
        below = [each.selection_set for each in merged if each.selection_set]
        types = objects_of(self._schema, field)
        sent_below = sum(self.below(below, each) for each in types)
        times = _most_entries(field) if any(map(_is_streamed, merged)) else 1
        if self._is_beside(type_name, merged[0].name.value, below, types):
            return times * sent_below
        return self._declared(field) + times * sent_below

    def _is_beside(
        self,
        type_name: str,
        field: str,
        below: list[SelectionSetNode],
        types: Sequence[str],
    ) -> bool:
        """Whether the objects of a field are read together with those that have it."""
        binding = BINDINGS.get(type_name)
        if binding is None or field not in binding.neighbours:
            return False
        (returned,) = types
        selected = self._places(below, returned).values()
        fields = [merged[0].name.value for merged in selected]
        return bool(binding.beside(field, BINDINGS[returned], fields))

    def _declared(self, field: GraphQLField) -> int:
        definition = field.extensions["strawberry-definition"]
        if not isinstance(definition, NeedsColumns):
            return 0
        # After a log-in it is also asked whether who sent the request sees the object.
        also_asked = self._is_mutation and definition.contributed_to is not None
        return definition.statements + also_asked


def _is_streamed(node: FieldNode) -> bool:
    return any(each.name.value == GraphQLStreamDirective.name for each in node.directives or ())


def _most_entries(field: GraphQLField) -> int:
    """Return how many entries a list has at most, each of which is read by itself when streamed."""
    size = declared(field, ListSize)
    return MAXIMUM_PAGE if size is None else size.assumed_size or MAXIMUM_PAGE
