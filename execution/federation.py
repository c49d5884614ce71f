"""One graph, served whole or in slices that a federation gateway joins again.

A slice publishes the root fields and the fields of entities that its subgraph owns, and of any
other entity only the key. It is a view of the same definitions: nothing is defined twice, and what
is read and checked is the same.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import strawberry
from graphql import GraphQLObjectType, GraphQLSchema, is_introspection_type
from strawberry import federation
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import SchemaExtension
from strawberry.federation.schema_directives import Key, Shareable, Tag
from strawberry.federation.types import FieldSet
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import create_type
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from execution.direct import Direct
from execution.entities import entities_field
from execution.fields import RootField
from execution.plan.executor import PlannedExecutor
from execution.rows import entities
from execution.sdl import subgraph_sdl

_KEY = FieldSet("id")
_ROOTS = {"Query", "Mutation", "Subscription"}
_DEFINITION = "strawberry-definition"


@dataclass(frozen=True)
class View:
    """What is published of a graph: one subgraph or all, and not what carries a tag.

    `owners` maps the modules of the graph to the subgraphs that own what is declared there; what
    no subgraph owns is a value type, and published wherever it is used.
    """

    owners: Mapping[str, str]
    subgraph: str | None = None
    without_tag: str | None = None

    def owns(self, declared: type) -> bool:
        """Whether a class is declared in this subgraph, or in no one's."""
        owner = self.owners.get(declared.__module__)
        return owner is None or self.subgraph in {None, owner}

    def fields(self, definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """Return the fields of a type that are published."""
        untagged = [each for each in definition.fields if not self._is_left_out(each)]
        if definition.name in _ROOTS:
            return [each for each in untagged if self._owns_field(each)]
        if definition.name in entities():
            return [each for each in untagged if _is_key(each) or self._owns_field(each)]
        return untagged

    @cached_property
    def entities(self) -> frozenset[str]:
        """The types of which more is published than the key."""
        return frozenset(
            name
            for name, binding in entities().items()
            if any(self._owns_field(each) for each in self._beside_key(binding.declared))
        )

    def _beside_key(self, entity: Any) -> list[StrawberryField]:
        return [each for each in entity.__strawberry_definition__.fields if not _is_key(each)]

    def _owns_field(self, field: StrawberryField) -> bool:
        return field.origin is None or self.owns(cast("type", field.origin))

    def _is_left_out(self, field: StrawberryField) -> bool:
        return self.without_tag is not None and Tag(name=self.without_tag) in field.directives


def _is_key(field: StrawberryField) -> bool:
    return field.python_name == "id"


@strawberry.type(name="_Service", description="What a gateway must know of this subgraph.")
class Service:
    sdl: str = strawberry.field(description="Its schema with the directives of the federation.")


class FederatedSchema(federation.Schema):
    """A graph, or the view of it that one subgraph publishes, which gateways can join."""

    # What answers the operations that need none of Strawberry's ways.
    direct: Direct

    def __init__(
        self,
        view: View,
        roots: Iterable[type],
        *,
        types: Iterable[type],
        config: StrawberryConfig,
        extensions: Iterable[type[SchemaExtension] | Callable[[], SchemaExtension]],
    ) -> None:
        self.view = view
        published: list[Any] = [self._with_fields(root) for root in roots]
        query, mutation, subscription = published
        super().__init__(
            query=self._with_machinery(query),
            mutation=mutation,
            subscription=subscription,
            types=types,
            config=config,
            extensions=extensions,
            execution_context_class=PlannedExecutor,
            federation_version="2.9",
        )
        for each in self._schema.type_map.values():
            if isinstance(each, GraphQLObjectType) and not is_introspection_type(each):
                self._print_role(each)

    @property
    def core(self) -> GraphQLSchema:
        """The same as graphql-core knows it."""
        return self._schema

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        return self.view.fields(type_definition)

    @property
    def schema_directives_in_use(self) -> list[object]:
        # These two stand on a view's own copies of definitions, where Strawberry does not look.
        return [*super().schema_directives_in_use, Key(fields=_KEY), Shareable()]

    @cached_property
    def sdl(self) -> str:
        """What `_service` tells a gateway."""
        return subgraph_sdl(self)

    def process_errors(self, *_args: object, **_kwargs: object) -> None:
        """Log nothing here: CodedErrors logs the unexpected ones, once, with their ids."""

    def _with_fields(self, root: Any) -> type | None:
        has_fields = self.view.fields(root.__strawberry_definition__)
        return root if has_fields else None

    def _with_machinery(self, query: Any) -> type:
        service = RootField(
            self._service, (), "What a gateway must know of this subgraph.", statements=0
        )
        service.python_name = service.graphql_name = "_service"
        service.type_annotation = StrawberryAnnotation(Service)
        machinery = create_type("Query", [entities_field(self.view.entities), service])
        description = query.__strawberry_definition__.description
        return strawberry.type(type("Query", (machinery, query), {}), description=description)

    async def _service(self, context: object) -> Service:
        del context
        return Service(sdl=self.sdl)

    def _print_role(self, each: GraphQLObjectType) -> None:
        """Print what a type is to the federation, which depends on the view: on a copy of it."""
        if each.name in _ROOTS:
            return
        definition = copy(each.extensions[_DEFINITION])
        if each.name in self.view.entities:
            role: object = Key(fields=_KEY)
        elif each.name in entities():
            role = Key(fields=_KEY, resolvable=False)
        else:
            role = Shareable()
        definition.directives = [role, *definition.directives]
        each.extensions = {**each.extensions, _DEFINITION: definition}
