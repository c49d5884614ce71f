"""The ids that a command is given."""

from uuid import UUID

from core.errors import SetupError
from core.ids import decode_id


def read_id(text: str, prefix: str, what: str) -> UUID:
    """Read a public id of one kind; raises SetupError, which names the kind by `what`."""
    try:
        found, uuid = decode_id(text)
    except ValueError as error:
        raise SetupError(str(error)) from error
    if found != prefix:
        raise SetupError(f"{text} is not the id of {what}.")
    return uuid
