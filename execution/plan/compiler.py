"""From an operation to its plan."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLStreamDirective,
    OperationType,
    TypeNameMetaFieldDef,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetails,
    collect_fields,
    collect_subfields,
)
from graphql.pyutils import is_awaitable
from strawberry.types.field import StrawberryField

from execution.fields import DerivedField, RootField, SubscriptionField
from execution.plan.asking import generate_asking
from execution.plan.generated import generate, generate_for
from execution.plan.given import Given
from execution.plan.plan import Plan
from execution.plan.selections import Constant, Field, Selection, Value
from execution.plan.shapes import Leaf, ListOf, ObjectOf, OneOf, Shape
from execution.plan.steps import Happened, Read, Root, Step
from execution.read_field import ReadField

# Fragments on many types, in lists of many types, can have far more fields than their document.
MOST_FIELDS = 5000


class NotCovered(Exception):
    """An operation has something that plans do not do: graphql-core executes it."""


class Compiler:
    """Makes the plan of the operation that an executor is to run.

    Of its variables' values it uses only those that leave fields out.
    """

    def __init__(self, executor: "Executor[Any]", conditions: Mapping[str, Any]) -> None:
        self._executor, self._schema = executor, executor.schema
        self._conditions = dict(conditions)
        self._size = 0

    def compile(self) -> Plan:
        """Return the plan; raises NotCovered."""
        executor = self._executor
        kind = executor.operation.operation
        root_type = self._schema.get_root_type(kind)
        if root_type is None:
            raise NotCovered
        collected = collect_fields(
            self._schema,
            executor.fragments,
            executor.variable_values,
            root_type,
            executor.operation,
            executor.hide_suggestions,
        )
        root = Selection(root_type, [], self._fields(root_type, collected))
        if root.nested:
            raise NotCovered
        return Plan(root, is_serial=kind is OperationType.MUTATION, size=self._size)

    def _selection(self, type_: GraphQLObjectType, details: list[FieldDetails]) -> Selection:
        executor = self._executor
        collected = collect_subfields(
            self._schema,
            executor.fragments,
            executor.variable_values,
            executor.operation,
            type_,
            details,
            executor.hide_suggestions,
        )
        nodes = [each.node for each in details]
        selection = Selection(type_, nodes, self._fields(type_, collected))
        selection.quickly = generate(selection)
        return selection

    def _fields(self, type_: GraphQLObjectType, collected: CollectedFields) -> list[Field]:
        if collected.new_defer_usages:
            raise NotCovered
        self._size += len(collected.grouped_field_set)
        if self._size > MOST_FIELDS:
            raise NotCovered
        grouped = collected.grouped_field_set.items()
        return [self._field(type_, key, details) for key, details in grouped]

    def _field(self, parent: GraphQLObjectType, key: str, details: list[FieldDetails]) -> Field:
        if any(map(_is_out_of_reach, details)):
            raise NotCovered
        node = details[0].node
        field = self._schema.get_field(parent, node.name.value)
        if field is TypeNameMetaFieldDef:
            return Constant(key, parent.name)
        definition = field and field.extensions.get("strawberry-definition")
        if field is None or not isinstance(definition, StrawberryField) or definition.extensions:
            raise NotCovered
        info = self._info(parent, [each.node for each in details], field)
        shape = self._shape(field.type, info, details)
        if isinstance(definition, ReadField | RootField):
            return _step(key, shape, info, field, definition)
        return _value(key, shape, definition)

    def _shape(
        self,
        type_: GraphQLOutputType,
        info: GraphQLResolveInfo[Any],
        details: list[FieldDetails],
        *,
        is_nullable: bool = True,
    ) -> Shape:
        if isinstance(type_, GraphQLNonNull):
            return self._shape(type_.of_type, info, details, is_nullable=False)
        if is_list_type(type_):
            entry = self._shape(type_.of_type, info, details)
            return ListOf(info, entry, is_nullable=is_nullable)
        if is_leaf_type(type_):
            return Leaf(info, type_, is_nullable=is_nullable)
        if is_abstract_type(type_):
            possible = self._schema.get_possible_types(type_)
            selections = {each.name: self._selection(each, details) for each in possible}
            return OneOf(info, type_, selections, is_nullable=is_nullable)
        assert isinstance(type_, GraphQLObjectType)  # noqa: S101 - there is no other output type.
        return ObjectOf(info, self._selection(type_, details), is_nullable=is_nullable)

    def _info(
        self, parent: GraphQLObjectType, nodes: list[FieldNode], field: GraphQLField
    ) -> GraphQLResolveInfo[Any]:
        """Return what is known of a field whoever asks: plans outlive those they are run for."""
        return GraphQLResolveInfo(
            nodes[0].name.value,
            nodes,
            field.type,
            parent,
            None,  # type: ignore[arg-type] # Objects at many paths share it.
            self._schema,
            self._executor.fragment_definitions,
            None,
            self._executor.operation,
            self._conditions,  # type: ignore[arg-type] # Strawberry too has plain values here.
            None,
            is_awaitable,
            None,
            None,  # type: ignore[arg-type] # They belong to an executor, and so to whom it is for.
        )


def _is_out_of_reach(details: FieldDetails) -> bool:
    directives = details.node.directives or ()
    is_streamed = any(each.name.value == GraphQLStreamDirective.name for each in directives)
    return is_streamed or details.fragment_variable_values is not None


def _step(
    key: str,
    shape: Shape,
    info: GraphQLResolveInfo[Any],
    field: GraphQLField,
    definition: ReadField | RootField,
) -> Step:
    step: Step
    if isinstance(definition, ReadField):
        given = Given(info, field, definition.read, definition.own_arguments)
        step = Read(key, shape, definition, given)
    elif isinstance(definition, SubscriptionField):
        step = Happened(key, shape)
    else:
        given = Given(info, field, definition.resolver, definition.own_arguments)
        step = Root(key, shape, definition, given)
    if shape.is_pure:
        step.quickly = generate_for(shape)
    else:
        step.asking = generate_asking(shape)
    return step


def _value(key: str, shape: Shape, definition: StrawberryField) -> Value:
    if isinstance(definition, DerivedField):
        return Value(key, shape, definition.function, columns=definition.columns)
    if not definition.is_basic_field or definition.default_resolver is not getattr:
        raise NotCovered
    name = definition.python_name
    return Value(key, shape, lambda source: getattr(source, name), attribute=name)
