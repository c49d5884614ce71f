"""What clients see of errors: a code always, and nothing of the inside."""

from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

from graphql import GraphQLError, GraphQLSyntaxError
from loguru import logger
from strawberry.extensions import MaskErrors, ParserCache

from core.errors import DomainError


class CodedErrors(MaskErrors):
    """Gives every error a code; an unexpected one is masked, with an id that the log carries."""

    _is_valid = False

    def on_execute(self) -> Iterator[None]:
        self._is_valid = True
        yield

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        original = error.original_error
        if isinstance(original, DomainError):
            return _coded(error, str(original), code=original.code, **original.values)
        if isinstance(error, GraphQLSyntaxError):
            return _coded(error, error.message, code="GRAPHQL_PARSE_FAILED")
        if original is None or isinstance(original, GraphQLError):
            # What is wrong with a valid document is what came with it: the values of variables.
            code = "BAD_USER_INPUT" if self._is_valid else "GRAPHQL_VALIDATION_FAILED"
            return _coded(error, error.message, **{"code": code, **(error.extensions or {})})
        return _masked(error, original)


class CachedParsing(ParserCache):
    """Keeps parsed documents; what does not parse is left to Strawberry.

    An error raised here would end the operation before `CodedErrors` sees it.
    """

    def on_parse(self) -> Iterator[None]:
        with suppress(GraphQLSyntaxError):
            self.execution_context.graphql_document = self.cached_parse_document(
                self.execution_context.query, **self.execution_context.parse_options
            )
        yield


def _masked(error: GraphQLError, original: Exception) -> GraphQLError:
    error_id = uuid4().hex
    logger.opt(exception=original).error("error {} at {}", error_id, error.path)
    return _coded(
        error,
        "Something went wrong on our side. Tell us the errorId and we can find out what.",
        code="INTERNAL_SERVER_ERROR",
        errorId=error_id,
    )


def _coded(error: GraphQLError, message: str, **extensions: object) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )
