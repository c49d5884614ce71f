"""Which elements of a schema clients use, by the documents that they had run."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLSchema,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    visit,
)

from execution.coordinates import elements_of
from execution.documents import variable_types, variables_of


@dataclass(frozen=True)
class ElementUse:
    """How often a client used an element of the schema, and on which day last."""

    coordinate: str
    client: str
    count: int
    last_day: date


def uses_of_elements(
    schema: GraphQLSchema, uses: Iterable[tuple[str, str, int, date]]
) -> list[ElementUse]:
    """Turn uses of documents, as (client, body, count, last day), into those of their elements."""
    found: dict[tuple[str, str], tuple[int, date]] = {}
    for client, body, count, last_day in uses:
        for coordinate in coordinates_of(schema, parse(body)):
            before, day_before = found.get((coordinate, client), (0, last_day))
            found[coordinate, client] = (before + count, max(day_before, last_day))
    return [ElementUse(*of, *told) for of, told in sorted(found.items())]


def coordinates_of(schema: GraphQLSchema, document: DocumentNode) -> set[str]:
    """Return the elements of a schema that a document names, and those its variables may hold."""
    types = TypeInfo(schema)
    names = _Names(types)
    visit(document, TypeInfoVisitor(types, names))
    for variable in variables_of(document):
        for each in variable_types(schema, variable):
            names.found.update(coordinate for coordinate, _ in elements_of(each))
    return names.found


class _Names(Visitor):
    """Collects the elements that a document names; what the schema does not know is left out."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._types = types
        self._field = ""

    def enter_field(self, node: FieldNode, *_args: Any) -> None:
        parent = self._types.get_parent_type()
        if parent is not None and self._types.get_field_def() is not None:
            self._field = f"{parent.name}.{node.name.value}"
            self.found.add(self._field)

    def enter_argument(self, node: ArgumentNode, *_args: Any) -> None:
        if self._types.get_directive() is None and self._types.get_argument() is not None:
            self.found.add(f"{self._field}({node.name.value}:)")

    def enter_object_field(self, node: ObjectFieldNode, *_args: Any) -> None:
        parent = get_named_type(self._types.get_parent_input_type())
        if parent is not None and self._types.get_input_type() is not None:
            self.found.add(f"{parent.name}.{node.name.value}")

    def enter_enum_value(self, node: EnumValueNode, *_args: Any) -> None:
        type_ = get_named_type(self._types.get_input_type())
        if type_ is not None and self._types.get_enum_value() is not None:
            self.found.add(f"{type_.name}.{node.value}")
