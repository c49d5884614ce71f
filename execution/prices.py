"""What the fields of a schema cost by their declarations, `@cost` and `@listSize`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    get_nullable_type,
    is_list_type,
)
from strawberry.federation.schema_directives import Cost, ListSize
from strawberry.types.unset import UNSET

from execution.objects import names_of, object_types, objects_of

DirectiveT = TypeVar("DirectiveT")


def list_size(
    at_most: int | None = None, sliced_by: str | None = None, sized_fields: Sequence[str] = ()
) -> ListSize:
    """Declare how many entries a list has, or the lists `sized_fields` of what a field returns.

    They are `at_most` so many, or those that the argument `sliced_by` asks for. Not both: beside a
    size, composers refuse an argument with a default.
    """
    return ListSize(
        assumed_size=UNSET if at_most is None else at_most,
        slicing_arguments=[sliced_by] if sliced_by else UNSET,
        sized_fields=list(sized_fields) or UNSET,
        require_one_slicing_argument=False if sliced_by else UNSET,
    )


@dataclass(frozen=True)
class Price:
    """What one field adds to a cost; `types` are the objects that it may return.

    It has `entries`, of itself where it is a list, and else of the `sized_fields` of the page that
    it returns; where there is `sliced_by`, the argument of that name tells another number, by its
    own entries where `is_sliced_by_list`. A list that has no `entries` is one of a page.
    """

    weight: int
    types: tuple[str, ...]
    is_list: bool
    entries: int | None = None
    sliced_by: str | None = None
    is_sliced_by_list: bool = False
    sized_fields: tuple[str, ...] = ()


class Prices:
    """The prices of all fields of a schema; raises TypeError where a list has no size."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.fields = {
            each.name: {name: _price(schema, field) for name, field in each.fields.items()}
            for each in object_types(schema)
        }
        self.names = names_of(schema)
        if unsized := list(self._unsized(schema)):
            raise TypeError(f"These lists have no size: {', '.join(unsized)}")

    def _unsized(self, schema: GraphQLSchema) -> Iterator[str]:
        roots = [schema.query_type, schema.mutation_type, schema.subscription_type]
        root = Price(0, tuple(each.name for each in roots if each), is_list=False)
        holders = [price for fields in self.fields.values() for price in fields.values()]
        for holder in [root, *holders]:
            for type_name in holder.types:
                for name, price in self.fields[type_name].items():
                    is_sized = price.entries is not None or name in holder.sized_fields
                    if price.is_list and not is_sized:
                        yield f"{type_name}.{name}"


def _price(schema: GraphQLSchema, field: GraphQLField) -> Price:
    types = objects_of(schema, field)
    is_list = is_list_type(get_nullable_type(field.type))
    cost, size = declared(field, Cost), declared(field, ListSize)
    weight = cost.weight if cost else int(bool(types))
    if size is None:
        return Price(weight, types, is_list)
    sized_fields = tuple(size.sized_fields or ())
    if not size.slicing_arguments:
        return Price(weight, types, is_list, size.assumed_size, sized_fields=sized_fields)
    (sliced_by,) = size.slicing_arguments
    argument = field.args[sliced_by]
    entries = argument.default_value if isinstance(argument.default_value, int) else 1
    by_list = is_list_type(get_nullable_type(argument.type))
    return Price(weight, types, is_list, entries, sliced_by, by_list, sized_fields)


def declared(of: GraphQLField | GraphQLNamedType, kind: type[DirectiveT]) -> DirectiveT | None:
    """Return a directive of a field or a type, where it has one of that kind."""
    definition = of.extensions["strawberry-definition"]
    return next((each for each in definition.directives if isinstance(each, kind)), None)
