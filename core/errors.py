from collections.abc import Sequence


class DomainError(Exception):
    """A refusal that a client can act on.

    `code` is a constant of the class that clients switch on; `values` are what they need to act;
    `str(error)` is a sentence for a person.
    """

    code: str = "DOMAIN_ERROR"

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.values = values


class BadInput(DomainError):
    """An argument that cannot be used; `argument` names it as the client wrote it."""

    code = "BAD_USER_INPUT"

    def __init__(self, argument: str, message: str) -> None:
        super().__init__(message, argument=argument)


class UnauthenticatedError(DomainError):
    """Nobody is logged in, and somebody would have to be."""

    code = "UNAUTHENTICATED"

    def __init__(self) -> None:
        super().__init__("Log in first.")


class ForbiddenError(DomainError):
    """The viewer may not do this, whatever the input."""

    code = "FORBIDDEN"

    def __init__(self) -> None:
        super().__init__("You may not do this.")


class TooManyAttempts(DomainError):
    """It was tried too often, and may be tried again in `retryAfter` seconds."""

    code = "TOO_MANY_ATTEMPTS"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"This was tried too often: try again in {seconds} seconds.", retryAfter=seconds
        )


class Refusals(DomainError):
    """Several refusals at once, so that a client can act on all of them."""

    def __init__(self, errors: Sequence[DomainError]) -> None:
        super().__init__(" ".join(map(str, errors)))
        self.errors = tuple(errors)


class SetupError(Exception):
    """What keeps the program from starting, as one sentence for the operator."""
