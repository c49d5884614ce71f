"""The binding of GraphQL types to rows: which columns a field of a type needs."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import strawberry
from strawberry.federation.schema_directives import Authenticated, RequiresScopes, Tag
from strawberry.types.field import StrawberryField

from core.errors import ForbiddenError, UnauthenticatedError
from core.reads import Row

TypeT = TypeVar("TypeT", bound=type)


# Contracts for the public leave out what carries this tag.
STAFF_TAG = "staff"


class ByKey(Protocol):
    """A batch read that answers each key with one row, or with None."""

    def __call__(
        self, context: Any, keys: Sequence[Any], *, columns: frozenset[str]
    ) -> Awaitable[Sequence[Any]]: ...


class NeedsColumns(StrawberryField):
    """A field that names the columns of its row that it reads, and who may read it."""

    columns: frozenset[str] = frozenset()
    authenticated = False
    requires: frozenset[str] = frozenset()
    contributed_to: "Binding | None" = None
    # What its row calls the row that it returns, where that can be read together with it.
    neighbour: str | None = None
    # How many SQL statements it sends at most, for all the objects at one place of an answer.
    statements = 0

    def require(self, grants: Collection[str], *, authenticated: bool = False) -> None:
        """Restrict the field to accounts, or to whom a role or scope is granted, and print that."""
        self.authenticated, self.requires = authenticated, frozenset(grants)
        if grants:
            scopes = RequiresScopes(scopes=[[grant] for grant in sorted(grants)])
            self.directives = [*self.directives, scopes, Tag(name=STAFF_TAG)]
        elif authenticated:
            self.directives = [*self.directives, Authenticated()]

    @property
    def is_open(self) -> bool:
        """Whether anybody may read the field."""
        return not self.authenticated and not self.requires

    def check(self, context: Any) -> None:
        """Raise UnauthenticatedError or ForbiddenError where the viewer may not read the field."""
        viewer = context.viewer
        if self.authenticated and viewer.role is None:
            raise UnauthenticatedError
        if self.requires and self.requires.isdisjoint(viewer.grants):
            is_nobody = viewer.role is None and viewer.key is None
            raise UnauthenticatedError if is_nobody else ForbiddenError


@dataclass(frozen=True)
class IsRow:
    """Tells whether an object is of a type: by its class, and maybe by the value of a column."""

    row: type[Row]
    when: tuple[str, str] | None

    def __call__(self, value: object, _info: object) -> bool:
        if not isinstance(value, self.row):
            return False
        return self.when is None or getattr(value, self.when[0]) == self.when[1]


@dataclass
class Binding:
    """A GraphQL type over a row type; `columns` maps its field names to the columns they need.

    `neighbours` maps those to the names of neighbours that return one of the row's.
    A type with `by_id` is an entity: it has a key, and other subgraphs can refer to it.
    """

    declared: type
    row: type[Row]
    prefix: str | None
    by_id: ByKey | None
    always: frozenset[str]
    columns: dict[str, frozenset[str]] = field(default_factory=dict)
    neighbours: dict[str, str] = field(default_factory=dict)

    def add(self, type_name: str, each: StrawberryField) -> None:
        """Add a field; raises TypeError where it does not fit the row."""
        name = _graphql_name(each)
        self.columns[name] = _checked_columns(type_name, each, self.row)
        if isinstance(each, NeedsColumns) and each.neighbour is not None:
            if each.neighbour not in self.row.neighbours:
                raise TypeError(f"{self.row.__name__} has no neighbour {each.neighbour}")
            self.neighbours[name] = each.neighbour

    def beside(self, name: str, selected: "Binding", fields: Collection[str]) -> frozenset[str]:
        """Return the columns of a field's own row that are read with this one, empty if none are.

        They are all that is asked of it, or else it is read by itself: as where it has a neighbour,
        which is then read with it.
        """
        prefix = self.neighbours.get(name)
        if prefix is None or not selected.neighbours.keys().isdisjoint(fields):
            return frozenset()
        asked = selected.always.union({"id"}, *(selected.columns.get(each, ()) for each in fields))
        if not asked <= self.row.neighbours[prefix].columns:
            return frozenset()
        return frozenset(f"{prefix}.{each}" for each in asked)


BINDINGS: dict[str, Binding] = {}


def entities() -> dict[str, Binding]:
    """Return the bindings of the types that have a key, by their names."""
    return {name: binding for name, binding in BINDINGS.items() if binding.by_id is not None}


def rows(
    row: type[Row],
    *,
    prefix: str | None = None,
    by_id: ByKey | None = None,
    when: tuple[str, str] | None = None,
) -> Callable[[TypeT], TypeT]:
    """Bind the Strawberry type below to a row type, and check at import that each field fits.

    `prefix` and `by_id` make its objects reachable by `node(id:)` and by `_entities`. Where several
    types share a row type, `when` names the column and the value that tell this one.
    """

    def bind(cls: TypeT) -> TypeT:
        definition = cls.__strawberry_definition__  # type: ignore[attr-defined]
        always = frozenset(when[:1] if when else ())
        binding = Binding(cls, row, prefix, by_id, always)
        for each in definition.fields:
            binding.add(definition.name, each)
        definition.is_type_of = IsRow(row, when)
        BINDINGS[definition.name] = binding
        return cls

    return bind


def contributes(target: type) -> Callable[[TypeT], TypeT]:
    """Add the fields of the class below to a type that an earlier module defined."""

    def extend(cls: TypeT) -> TypeT:
        contributed = strawberry.type(cls).__strawberry_definition__  # type: ignore[attr-defined]
        definition = target.__strawberry_definition__  # type: ignore[attr-defined]
        binding = BINDINGS[definition.name]
        for each in contributed.fields:
            binding.add(definition.name, each)
            if isinstance(each, NeedsColumns):
                each.contributed_to = binding
            definition.fields.append(each)
        return cls

    return extend


def _graphql_name(each: StrawberryField) -> str:
    head, *tail = each.python_name.split("_")
    return each.graphql_name or head + "".join(part.title() for part in tail)


def _checked_columns(type_name: str, each: StrawberryField, row: type[Row]) -> frozenset[str]:
    where = f"{type_name}.{each.python_name}"
    if isinstance(each, NeedsColumns):
        columns = each.columns
    elif each.base_resolver is not None or each.extensions:
        raise TypeError(f"{where} must be an attribute, a derived field or a declared read")
    else:
        columns = frozenset([each.python_name])
        _check_attribute_type(where, each, row)
    if unknown := columns - row.columns.keys():
        raise TypeError(f"{where} needs {sorted(unknown)}, which {row.__name__} does not have")
    return columns


def _check_attribute_type(where: str, each: StrawberryField, row: type[Row]) -> None:
    declared = each.type_annotation.raw_annotation if each.type_annotation else None
    stored = row.__annotations__.get(each.python_name)
    if stored is not None and declared != stored:
        raise TypeError(f"{where} is declared {declared} but its column is {stored}")
