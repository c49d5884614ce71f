"""What clients see of errors: a code always, and nothing of the inside."""

from uuid import uuid4

from graphql import GraphQLError, GraphQLSyntaxError
from loguru import logger
from strawberry.extensions import MaskErrors

from core.errors import DomainError


class CodedErrors(MaskErrors):
    """Gives every error a code; an unexpected one is masked, with an id that the log carries."""

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        original = error.original_error
        if isinstance(original, DomainError):
            return _coded(error, str(original), code=original.code, **original.values)
        if isinstance(error, GraphQLSyntaxError):
            return _coded(error, error.message, code="GRAPHQL_PARSE_FAILED")
        if original is None or isinstance(original, GraphQLError):
            code = "GRAPHQL_VALIDATION_FAILED" if error.path is None else "BAD_USER_INPUT"
            return _coded(error, error.message, **{"code": code, **(error.extensions or {})})
        return _masked(error, original)


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
