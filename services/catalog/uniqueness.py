"""What another row has already, told by the database when it is written."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from core.errors import DomainError


@contextmanager
def refusing(constraint: str, refusal: DomainError) -> Iterator[None]:
    """Raise the refusal where the statement inside breaks the constraint.

    To look before writing would not do: another writer may come between.
    """
    try:
        yield
    except IntegrityError as error:
        broken = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)
        if broken == constraint:
            raise refusal from error
        raise
