"""What is printed for gateways is what our own process holds to, no more and no less."""

from inspect import signature
from types import SimpleNamespace
from uuid import UUID

import pytest
from graphql import is_object_type
from strawberry.types.field import StrawberryField

from core.errors import ForbiddenError, UnauthenticatedError
from core.viewer import ANONYMOUS, PartnerKey, Viewer
from execution.fields import RootField
from execution.read_field import ReadField
from execution.rows import NeedsColumns, entities
from schema.graph import SUBGRAPHS, build_schema
from services.accounts import Role
from services.api_keys import SCOPES
from tests.schema.compositions import directives

Declared = dict[str, StrawberryField]
Printed = dict[str, dict[str, list[str]]]

ROOTS = {"Query", "Mutation", "Subscription"}
MACHINERY = {"_Service.sdl", "Query._entities", "Query._service"}

OF_PERMISSION = ("@authenticated", "@requiresScopes", "@tag")
OF_A_PAGE = 'slicingArguments: ["first"], sizedFields: ["edges", "nodes"]'


@pytest.fixture(scope="module")
def declared() -> Declared:
    """Every field of the whole graph as Python declares it, by its coordinates."""
    schema = build_schema()
    name_of = schema.config.name_converter.get_graphql_name
    return {
        f"{each.name}.{name_of(field)}": field
        for each in schema._schema.type_map.values()  # noqa: SLF001 - Strawberry has no other way.
        if is_object_type(each) and not each.name.startswith("__")
        for field in each.extensions["strawberry-definition"].fields
    }


@pytest.fixture(scope="module")
def printed() -> Printed:
    """What each subgraph's schema applies to its types and fields."""
    return {name: directives(build_schema(name).sdl) for name in SUBGRAPHS}


def lets_in(field: StrawberryField, viewer: Viewer) -> bool:
    if not isinstance(field, NeedsColumns):
        return True
    try:
        field.check(SimpleNamespace(viewer=viewer))
    except (ForbiddenError, UnauthenticatedError):
        return False
    return True


def calling_with(scope: str) -> Viewer:
    return Viewer(key=PartnerKey(UUID(int=1), "acme", frozenset({scope})))


def permission(field: StrawberryField) -> list[str]:
    """What must be printed of whom the field lets in."""
    roles = sorted(role for role in Role if lets_in(field, Viewer(role=role)))
    if roles == sorted(Role):
        return [] if lets_in(field, ANONYMOUS) else ["@authenticated"]
    of_keys = [scope for scope in SCOPES if lets_in(field, calling_with(scope))]
    scopes = ", ".join(f'["{grant}"]' for grant in sorted([*of_keys, *roles]))
    return [f"@requiresScopes(scopes: [{scopes}])", '@tag(name: "staff")']


def takes_page(field: StrawberryField) -> bool:
    if isinstance(field, ReadField | RootField):
        read = field.read if isinstance(field, ReadField) else field.resolver
        return "page" in signature(read).parameters
    return False


def test_every_declared_field_is_some_subgraphs(declared: Declared, printed: Printed) -> None:
    published = {name for applied in printed.values() for name in applied}

    assert declared.keys() - published == MACHINERY


@pytest.mark.parametrize("subgraph", SUBGRAPHS)
def test_permissions_are_printed_as_they_are_enforced(
    declared: Declared, printed: Printed, subgraph: str
) -> None:
    told = {
        name: [each for each in applied if each.startswith(OF_PERMISSION)]
        for name, applied in printed[subgraph].items()
        if name in declared
    }

    assert told == {name: permission(declared[name]) for name in told}


def test_every_kind_of_permission_is_used(declared: Declared) -> None:
    kinds = {tuple(permission(field)) for field in declared.values()}

    assert kinds == {
        (),
        ("@authenticated",),
        ('@requiresScopes(scopes: [["admin"]])', '@tag(name: "staff")'),
        ('@requiresScopes(scopes: [["admin"], ["events:read"]])', '@tag(name: "staff")'),
        ('@requiresScopes(scopes: [["admin"], ["merchant"]])', '@tag(name: "staff")'),
        ('@requiresScopes(scopes: [["admin"], ["webhooks:write"]])', '@tag(name: "staff")'),
        ('@requiresScopes(scopes: [["documents:publish"]])', '@tag(name: "staff")'),
    }


@pytest.mark.parametrize("subgraph", SUBGRAPHS)
def test_the_size_of_a_page_is_printed_where_one_is_read(
    declared: Declared, printed: Printed, subgraph: str
) -> None:
    told = {
        name
        for name, applied in printed[subgraph].items()
        if any(OF_A_PAGE in each for each in applied)
    }
    published = declared.keys() & printed[subgraph].keys()

    assert told == {name for name in published if takes_page(declared[name])}
    assert told


@pytest.mark.parametrize("subgraph", SUBGRAPHS)
def test_a_type_has_a_key_or_is_every_subgraphs(
    declared: Declared, printed: Printed, subgraph: str
) -> None:
    objects = {name.partition(".")[0] for name in declared} & printed[subgraph].keys() - ROOTS
    with_key, shareable = (
        {
            name
            for name, applied in printed[subgraph].items()
            if any(each.startswith(directive) for each in applied)
        }
        for directive in ("@key", "@shareable")
    )

    assert with_key == objects & entities().keys()
    assert shareable == objects - entities().keys()
