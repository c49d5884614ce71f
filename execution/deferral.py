"""Parts of an answer that come later, for those who can take them."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    REMOVE,
    DirectiveNode,
    GraphQLDeferDirective,
    GraphQLStreamDirective,
    Visitor,
    visit,
)
from strawberry.extensions import SchemaExtension

_DEFERRING = {GraphQLDeferDirective.name, GraphQLStreamDirective.name}


class _Undeferred(Visitor):
    def enter_directive(self, node: DirectiveNode, *_args: object) -> Any:
        return REMOVE if node.name.value in _DEFERRING else None


class Deferral(SchemaExtension):
    """Defers nothing for a client that takes an answer only whole, which the directives allow."""

    def on_execute(self) -> Iterator[None]:
        operation = self.execution_context
        if not operation.context.takes_parts and operation.graphql_document is not None:
            operation.graphql_document = visit(operation.graphql_document, _Undeferred())
        yield
