"""Documents that can be run, parsed and validated once for all requests that bring them."""

from collections.abc import Iterator
from functools import lru_cache
from graphlib import CycleError

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    NoFragmentCyclesRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from execution.errors import UNRESOLVED
from execution.limits import Limits, hold_limits, parse_within

# Strawberry adds two rules to those of the specification.
_RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)

# Each is searched for in all of the schema, for names to suggest: that takes up to a millisecond.
_MOST_ERRORS = 8

# At 1000 tokens each, they take 160 MB.
_KEPT = 500

_NOTHING = parse("{ __typename }")


class InvalidDocument(Exception):
    """A document that cannot be run, with what is wrong; where it parses, it is there."""

    def __init__(self, errors: list[GraphQLError], document: DocumentNode | None = None) -> None:
        super().__init__(*errors)
        self.errors = errors
        self.document = document


class PrivateSchema(ASTValidationRule):
    """Refuses what tells the schema, whether to a client or to who composes a supergraph."""

    _TELLING = frozenset({"__schema", "__type", "_service"})

    def enter_field(self, node: FieldNode, *_: object) -> None:
        if node.name.value in self._TELLING:
            extensions = {"code": "INTROSPECTION_DISABLED"}
            message = "The schema of this shop is not told here."
            self.report_error(GraphQLError(message, node, extensions=extensions))


class DocumentCache:
    """Checks documents against one schema; keeps those that passed, and none that did not."""

    def __init__(self, schema: GraphQLSchema, *, is_private: bool = False) -> None:
        self._schema = schema
        self._rules = (*_RULES, PrivateSchema) if is_private else _RULES
        # What raises is not kept. The text is a quicker key than the document, whose hash is made
        # anew each time.
        self.checked = lru_cache(_KEPT)(self._checked)

    def _checked(self, text: str, limits: Limits) -> DocumentNode:
        """Return a document that can be run; raises InvalidDocument.

        Its size is looked at first, for that takes less time than to validate what is too large.
        """
        try:
            document = parse_within(limits, text)
        except GraphQLError as error:
            raise InvalidDocument([error]) from error
        rules: tuple[type[ASTValidationRule], ...] = self._rules
        try:
            hold_limits(limits, document)
        except GraphQLError as error:
            raise InvalidDocument([error], document) from error
        except CycleError:
            rules = (NoFragmentCyclesRule,)
        if errors := validate(self._schema, document, rules, _MOST_ERRORS):
            raise InvalidDocument(errors, document)
        return document


class CheckedDocuments(SchemaExtension):
    """Refuses what is too large for the `limits` of its context, does not parse or is not valid."""

    def __init__(self, cache: DocumentCache) -> None:
        self._cache = cache
        self._invalid: InvalidDocument | None = None

    def on_parse(self) -> Iterator[None]:
        asked = self.execution_context
        assert asked.query is not None  # noqa: S101 - Strawberry has refused its absence.
        try:
            asked.graphql_document = self._cache.checked(asked.query, asked.context.limits)
        except InvalidDocument as invalid:
            # An error raised here would end a stream or a socket, without being told to anyone.
            self._invalid = invalid
            asked.graphql_document = invalid.document or _NOTHING
            if invalid.document is None:
                # The operation that the request names is not in there, which would be told instead.
                asked._provided_operation_name = None  # noqa: SLF001 - As in `_unresolved`.
        yield

    def on_validate(self) -> Iterator[None]:
        asked = self.execution_context
        if self._invalid is None:
            asked.pre_execution_errors = self._unresolved()
        else:
            asked.graphql_document = self._invalid.document
            asked.pre_execution_errors = self._invalid.errors
        yield

    def _unresolved(self) -> list[GraphQLError]:
        """Refuse a document of several operations, where the request names none of them."""
        asked = self.execution_context
        assert asked.graphql_document is not None  # noqa: S101 - it is parsed.
        operations = [
            each
            for each in asked.graphql_document.definitions
            if isinstance(each, OperationDefinitionNode)
        ]
        # Strawberry runs the first of several operations, and tells nowhere else what was asked.
        if asked._provided_operation_name is not None or len(operations) == 1:  # noqa: SLF001
            return []
        message = "The document has several operations: name the one to run by operationName."
        return [GraphQLError(message, operations, extensions={"code": UNRESOLVED})]
