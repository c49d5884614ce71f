"""What clients see of errors: a code always, and nothing of the inside."""

from collections.abc import Iterator
from uuid import uuid4

from graphql import GraphQLError, GraphQLSyntaxError
from graphql.execution import SubsequentIncrementalExecutionResult
from loguru import logger
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import MaskErrors
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from core.errors import DomainError

INTERNAL = "INTERNAL_SERVER_ERROR"
UNRESOLVED = "OPERATION_RESOLUTION_FAILURE"

# How graphql-core ends a message with names of the schema that are close. Told to hide them, it
# would at validation, but Strawberry cannot tell it to where it reads variables.
_SUGGESTION = " Did you mean "


class CodedErrors(MaskErrors):
    """Gives every error a code; an unexpected one is masked, with an id that the log carries."""

    _is_valid = False

    def __init__(self, *, suggests: bool = True) -> None:
        super().__init__()
        self._suggests = suggests

    def on_operation(self) -> Iterator[None]:
        try:
            yield from super().on_operation()
        except (MissingQueryError, InvalidOperationTypeError):
            # HTTP has statuses for these.
            raise
        except Exception as error:
            # Strawberry makes a result of what is raised here, and asks no extension about it.
            raise self.anonymise_error(_located(error)) from error

    def on_execute(self) -> Iterator[None]:
        self._is_valid = True
        yield

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        return coded(error, is_valid=self._is_valid, suggests=self._suggests)


def coded(error: GraphQLError, *, is_valid: bool, suggests: bool) -> GraphQLError:
    """Return what a client sees of an error; `is_valid` tells whether its document was executed."""
    original = error.original_error
    if isinstance(original, DomainError):
        return _coded(error, str(original), code=original.code, **original.values)
    if isinstance(original, CannotGetOperationTypeError):
        return _coded(error, original.as_http_error_reason(), code=UNRESOLVED)
    if isinstance(original, MissingQueryError | InvalidOperationTypeError):
        return _coded(error, error.message, code="BAD_REQUEST")
    if isinstance(error, GraphQLSyntaxError):
        return _coded(error, error.message, code="GRAPHQL_PARSE_FAILED")
    if original is None or isinstance(original, GraphQLError):
        # What is wrong with a valid document is what came with it: the values of variables.
        code = "BAD_USER_INPUT" if is_valid else "GRAPHQL_VALIDATION_FAILED"
        message = error.message if suggests else error.message.split(_SUGGESTION)[0]
        return _coded(error, message, **{"code": code, **(error.extensions or {})})
    return masked(error)


def masked(error: Exception) -> GraphQLError:
    """Log what nobody expected, and return what a client may see of it."""
    error = _located(error)
    error_id = uuid4().hex
    logger.opt(exception=error.original_error).error("error {} at {}", error_id, error.path)
    return _coded(
        error,
        "Something went wrong on our side. Tell us the errorId and we can find out what.",
        code=INTERNAL,
        errorId=error_id,
    )


def code_later_errors(result: SubsequentIncrementalExecutionResult) -> None:
    """Code the errors of what was deferred, which comes after the operation's extensions."""
    extension = CodedErrors()
    extension._is_valid = True  # noqa: SLF001 - It is one of ours.
    extension._process_stream_result(result)  # noqa: SLF001 - MaskErrors has no other way.


def refused(error: DomainError) -> GraphQLError:
    """Return a refusal as clients get it, where no operation runs that it could be an error of."""
    return GraphQLError(str(error), extensions={"code": error.code, **error.values})


def _located(error: Exception) -> GraphQLError:
    return error if isinstance(error, GraphQLError) else GraphQLError("", original_error=error)


def _coded(error: GraphQLError, message: str, **extensions: object) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )
