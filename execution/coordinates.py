"""What a schema consists of and a document uses, named by schema coordinates: `Product.slug`.

https://spec.graphql.org/draft/#sec-Schema-Coordinates
"""

from collections.abc import Iterator

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
)

Element = GraphQLArgument | GraphQLEnumValue | GraphQLField | GraphQLInputField


def elements(schema: GraphQLSchema) -> dict[str, Element]:
    """Return the fields, arguments, input fields and values of enums by their coordinates."""
    return {
        coordinate: element
        for each in schema.type_map.values()
        if not is_introspection_type(each)
        for coordinate, element in elements_of(each)
    }


def elements_of(each: GraphQLNamedType) -> Iterator[tuple[str, Element]]:
    """Yield the elements of one type with their coordinates."""
    if isinstance(each, GraphQLEnumType):
        yield from ((f"{each.name}.{name}", value) for name, value in each.values.items())
    elif isinstance(each, GraphQLInputObjectType):
        yield from ((f"{each.name}.{name}", field) for name, field in each.fields.items())
    elif isinstance(each, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in each.fields.items():
            yield f"{each.name}.{name}", field
            for argument_name, argument in field.args.items():
                yield f"{each.name}.{name}({argument_name}:)", argument
