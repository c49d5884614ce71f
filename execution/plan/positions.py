"""Where values stand in an answer, and what becomes of it where one of them cannot be."""

from typing import Any

# Where a value is put: the object by its key, the list by its index.
Container = Any


class Position:
    """The place of one value in the object or list around it, up to the whole answer."""

    __slots__ = ("container", "is_nullable", "is_nulled", "key", "parent")

    def __init__(
        self,
        parent: "Position | None",
        key: str | int,
        container: Container,
        *,
        is_nullable: bool,
    ) -> None:
        self.parent, self.key, self.container = parent, key, container
        self.is_nullable, self.is_nulled = is_nullable, False

    @property
    def path(self) -> list[str | int]:
        """The keys and indexes that lead here, as an error of GraphQL tells them."""
        keys: list[str | int] = []
        here = self
        while here.parent is not None:
            keys.append(here.key)
            here = here.parent
        return keys[::-1]

    @property
    def is_gone(self) -> bool:
        """Whether it was nulled, by itself or with something around it."""
        here: Position | None = self
        while here is not None:
            if here.is_nulled:
                return True
            here = here.parent
        return False

    def nearest_nullable(self) -> "Position":
        """Return what becomes null where this cannot be: itself, or what is around it."""
        here = self
        while not here.is_nullable:
            assert here.parent is not None  # noqa: S101 - the whole answer may be null.
            here = here.parent
        return here

    def null(self) -> None:
        self.container[self.key] = None
        self.is_nulled = True


def whole_answer() -> Position:
    """Return the position that every other is below, with a container of its own."""
    return Position(None, "data", {"data": None}, is_nullable=True)
