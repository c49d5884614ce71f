"""What a change of the schema can break for clients, whatever they send."""

from collections.abc import Iterator

from graphql import (
    BreakingChange,
    GraphQLArgument,
    GraphQLInputField,
    GraphQLSchema,
    find_breaking_changes,
    is_required_argument,
    is_required_input_field,
)

from execution.coordinates import elements


def breaking_changes(old: GraphQLSchema, new: GraphQLSchema) -> list[str]:
    """Return a sentence for each change that can break clients, naming its coordinate."""
    found = filter(_concerns_clients, find_breaking_changes(old, new))
    return [*(change.description for change in found), *_lost_defaults(old, new)]


def _concerns_clients(change: BreakingChange) -> bool:
    # The directives of the graph are for gateways, and a scalar of GraphQL's own can be gone only
    # where nothing uses it any more.
    is_standard = change.description.startswith("Standard scalar")
    return not is_standard and "DIRECTIVE" not in change.type.name


def _lost_defaults(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[str]:
    """Yield what has to be given now that it has no default; graphql-core finds that harmless."""
    before = dict(_inputs(old))
    for coordinate, after in _inputs(new):
        had = before.get(coordinate)
        if had is None or str(had.type) != str(after.type):
            continue
        if _is_required(after) and not _is_required(had):
            yield f"The default of {coordinate} was removed."


def _inputs(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLArgument | GraphQLInputField]]:
    for coordinate, each in elements(schema).items():
        if isinstance(each, GraphQLArgument | GraphQLInputField):
            yield coordinate, each


def _is_required(each: GraphQLArgument | GraphQLInputField) -> bool:
    if isinstance(each, GraphQLArgument):
        return is_required_argument(each)
    return is_required_input_field(each)
