"""How long caches may keep the answer to an operation, known before it is executed.

The rules are those of Apollo's `@cacheControl`: an answer may be kept as long as each of its fields
may be. A field says for how long, or else the type that it returns; an object or a root field of
which neither says it may not be kept, and any other value as long as the object that it is a part
of. Besides, what not everybody may read is not kept, whatever is said of it.

https://www.apollographql.com/docs/apollo-server/performance/caching
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLField,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
)
from strawberry.extensions import SchemaExtension
from strawberry.federation.schema_directives import Authenticated, RequiresScopes
from strawberry.types.unset import UNSET

from execution.cache_hints import CacheControl
from execution.objects import names_of, object_types, objects_of
from execution.operation import Operation
from execution.prices import declared


class Hint(NamedTuple):
    """How many seconds old a field may be, if it says so, and the objects that it may return."""

    max_age: int | None
    types: tuple[str, ...]


# Introspection, which no cache keeps, and `__typename`, which is as good as what it names.
_NOT_KEPT, _NO_HINT = Hint(0, ()), Hint(None, ())


class CachePolicies:
    """Tells for how long the answers to operations on one schema may be kept."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._names = names_of(schema)
        roots = [schema.query_type, schema.mutation_type, schema.subscription_type]
        self._hints = {
            each.name: {
                name: Hint(_max_age(field, is_root=each in roots), objects_of(schema, field))
                for name, field in each.fields.items()
            }
            for each in object_types(schema)
        }

    def max_age_of(
        self,
        document: DocumentNode,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> int:
        """Return for how many seconds the answer to one operation of a valid document may be kept.

        The values of variables may be as the client sent them.
        """
        operation = Operation(self._schema, document, operation_name, variables or {})
        hints = self._hints_in(operation)
        return min((each.max_age for each in hints if each.max_age is not None), default=0)

    def _hints_in(self, operation: Operation) -> Iterator[Hint]:
        waiting, seen = [(operation.selected, operation.root)], set()
        while waiting:
            selected, type_name = waiting.pop()
            # Fragments that spread fragments, and types times types, would else take for ever.
            if (id(selected), type_name) in seen:
                continue
            seen.add((id(selected), type_name))
            for part in operation.parts(selected, self._names[type_name]):
                if not isinstance(part, FieldNode):
                    waiting.append((part, type_name))
                    continue
                hint = self._hint(part, type_name)
                yield hint
                if part.selection_set:
                    waiting += [(part.selection_set, each) for each in hint.types]

    def _hint(self, node: FieldNode, type_name: str) -> Hint:
        default = _NOT_KEPT if node.selection_set else _NO_HINT
        return self._hints[type_name].get(node.name.value, default)


def _max_age(field: GraphQLField, *, is_root: bool) -> int | None:
    """Return the seconds of a field or of its type; None for as many as the object around it."""
    if declared(field, RequiresScopes) or declared(field, Authenticated):
        return 0
    named = get_named_type(field.type)
    is_object = is_composite_type(named)
    said = [declared(field, CacheControl), declared(named, CacheControl) if is_object else None]
    hints = [each for each in said if each is not None]
    for each in hints:
        if each.max_age is not UNSET:
            return each.max_age
    inherits = not is_object or any(each.inherit_max_age is True for each in hints)
    return None if inherits and not is_root else 0


class CacheHeaders(SchemaExtension):
    """Tells caches how long they may keep the answer to a registered document that everybody gets.

    What others send may be any document, each of its own, and no cache needs to be filled with it.
    """

    def __init__(self, policies: CachePolicies) -> None:
        self._policies = policies

    def on_operation(self) -> Iterator[None]:
        yield
        asked = self.execution_context
        result = asked.result
        is_whole = isinstance(result, ExecutionResult) and bool(result.data) and not result.errors
        if not (is_whole and asked.context.is_trusted and asked.context.viewer.is_anonymous):
            return
        if (asked.operation_extensions or {}).get("cost"):
            # It tells what the sender has left to spend.
            return
        assert asked.graphql_document is not None  # noqa: S101 - it was executed.
        max_age = self._policies.max_age_of(
            asked.graphql_document, asked.variables, asked.operation_name
        )
        if max_age:
            # An answer that is asked for often is never waited for: a cache asks for the next one
            # while it still gives the last, as long again.
            kept = f"public, max-age={max_age}, stale-while-revalidate={max_age}"
            asked.context.headers["Cache-Control"] = kept
