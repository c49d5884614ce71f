"""The object types of a schema: their names, and which of them a field returns."""

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_introspection_type,
)


def object_types(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    """Return the object types of a schema, but for those of introspection."""
    return [
        each
        for each in schema.type_map.values()
        if isinstance(each, GraphQLObjectType) and not is_introspection_type(each)
    ]


def names_of(schema: GraphQLSchema) -> dict[str, set[str]]:
    """Return whatever a fragment may call the objects of each type: interfaces and unions too."""
    names = {each.name: {each.name} for each in object_types(schema)}
    for each in filter(is_abstract_type, schema.type_map.values()):
        for possible in schema.get_possible_types(each):
            names[possible.name].add(each.name)
    return names


def objects_of(schema: GraphQLSchema, field: GraphQLField) -> tuple[str, ...]:
    """Return the types of the objects that a field may return; none where it returns values."""
    named = get_named_type(field.type)
    if is_abstract_type(named):
        return tuple(each.name for each in schema.get_possible_types(named))
    return (named.name,) if is_composite_type(named) else ()
