"""The tables of the tests of authorisation leave nothing out."""

import pytest
import strawberry
from graphql import GraphQLObjectType, get_named_type, is_introspection_type
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.utils.str_converters import to_camel_case

from execution.fields import root
from execution.rows import NeedsColumns, entities
from schema.graph import build_schema
from tests.schema.authorisation import (
    CALLERS,
    EXHIBITS,
    FORBIDDEN,
    UNAUTHENTICATED,
    Exhibit,
)
from tests.schema.restricted_roots import MUTATIONS, QUERIES


def restricted_fields(graph: strawberry.Schema) -> set[str]:
    """Name the fields that are for some callers only."""
    return {
        f"{name}.{field.graphql_name or to_camel_case(field.python_name)}"
        for name, definition in object_types(graph).items()
        for field in definition.fields
        if isinstance(field, NeedsColumns) and (field.authenticated or field.requires)
    }


def object_types(graph: strawberry.Schema) -> dict[str, StrawberryObjectDefinition]:
    types = graph._schema.type_map.items()  # noqa: SLF001 - Strawberry has no other way.
    return {
        name: each.extensions["strawberry-definition"]
        for name, each in types
        if isinstance(each, GraphQLObjectType) and not is_introspection_type(each)
    }


def exhibited(type_name: str) -> list[Exhibit]:
    return [each for each in EXHIBITS.values() if each.type_name == type_name]


def refused(exhibit: Exhibit) -> set[str]:
    """Name the fields of an exhibit that some caller is refused."""
    changes = [each for each in exhibit.shown.values() if each]
    return {
        f"{exhibit.type_name}.{name}"
        for each in changes
        for name, value in each.items()
        if value in (UNAUTHENTICATED, FORBIDDEN)
    }


def test_every_restricted_field_is_tested() -> None:
    below = set[str]().union(*map(refused, EXHIBITS.values()))
    roots = {f"Query.{name}" for name in QUERIES}
    mutations = {f"Mutation.{name}" for name in MUTATIONS}

    assert restricted_fields(build_schema()) == below | roots | mutations


def test_a_restricted_field_without_a_test_would_be_found() -> None:
    async def answer(context: object) -> str:
        raise NotImplementedError

    @strawberry.type
    class Query:
        for_admins: str | None = root(answer, requires=("admin",), description="For admins.")
        for_all: str | None = root(answer, description="For all.")

    assert restricted_fields(strawberry.Schema(Query)) == {"Query.forAdmins"}


@pytest.mark.parametrize("name", entities())
def test_every_field_of_every_entity_is_exhibited(name: str) -> None:
    fields = build_schema()._schema.type_map[name].fields  # type: ignore[attr-defined] # noqa: SLF001 - an object type.
    shown = {field for each in exhibited(name) for field in each.whole}

    assert shown | {"id"} == fields.keys()


@pytest.mark.parametrize("name", entities())
def test_every_way_to_every_entity_is_gone(name: str) -> None:
    query = build_schema()._schema.query_type  # noqa: SLF001 - Strawberry has no other way.
    assert query is not None
    has_root = any(get_named_type(each.type).name == name for each in query.fields.values())
    ways = {way for each in exhibited(name) for way in each.ways}

    assert ways == ({"root", "nested"} if has_root else {"nested"})


@pytest.mark.parametrize("name", EXHIBITS)
def test_every_caller_has_an_entry_for_every_exhibit(name: str) -> None:
    assert EXHIBITS[name].shown.keys() == set(CALLERS)
