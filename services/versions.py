from core.errors import DomainError


class VersionConflict(DomainError):
    """Somebody changed the object since the client read it; `current` is its version now."""

    code = "VERSION_CONFLICT"

    def __init__(self, current: int) -> None:
        super().__init__(
            f"This was changed meanwhile: it is at version {current}.",
            path=("expectedVersion",),
            current=current,
        )


def check_version(expected: int | None, current: int) -> None:
    """Raise VersionConflict where the client expected another version than the current one."""
    if expected is not None and expected != current:
        raise VersionConflict(current)
