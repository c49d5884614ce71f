"""What a client cannot be told in the payload of a mutation."""

from typing import Any, Self

from gql.transport.exceptions import TransportError, TransportQueryError

UNREACHABLE = "UNREACHABLE"
UNAUTHENTICATED = "UNAUTHENTICATED"
# The close code of graphql-transport-ws for a connection whose token is refused.
_UNAUTHORIZED = 4401


class ShopError(Exception):
    """The shop gave an error in place of data, or gave no answer.

    `code` is that of the first of the `errors`, which are as GraphQL has them. It is
    `UNREACHABLE`, and there are none, where the connection failed or the answer was not GraphQL.
    """

    def __init__(self, code: str, message: str, errors: list[dict[str, Any]] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.errors = errors or []

    @classmethod
    def of(cls, error: TransportError | TimeoutError) -> Self:
        if isinstance(error, TransportQueryError) and error.errors:
            first = error.errors[0]
            code = first.get("extensions", {}).get("code", "UNKNOWN")
            return cls(code, first["message"], error.errors)
        if _close_code(error) == _UNAUTHORIZED:
            return cls(UNAUTHENTICATED, "The shop refused the connection.")
        return cls(UNREACHABLE, str(error) or type(error).__name__)


def _close_code(error: Exception) -> int | None:
    received = getattr(error.__cause__, "rcvd", None)
    return getattr(received, "code", None)
