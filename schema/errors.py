"""The refusals of mutations, as types that carry what a client needs to act."""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

from core.errors import DomainError
from execution.fields import derived
from resolvers.commands import Refusal
from services import versions

TypeT = TypeVar("TypeT", bound=type)


@strawberry.interface(
    description="Why a mutation was refused. Each reason is a type of its own, with what a client"
    " needs to act on it; ask for what you know, and for this of the others."
)
class UserError:
    code: str = strawberry.field(description="The type as a constant to switch on: `OUT_OF_STOCK`.")
    message: str = derived(
        str, description="A sentence in English for a person: show it or log it."
    )
    path: list[str] = derived(
        lambda error: list(error.values.get("path", ())),
        at_most=4,
        description="The way to the argument that was refused, such as `lines`, `0`, `quantity`: at"
        " most 4 names and positions; empty where it was no single one.",
    )


def refusal(error: type[DomainError]) -> Callable[[TypeT], TypeT]:
    """Bind the Strawberry type below to the domain error that it shows."""

    def bind(cls: TypeT) -> TypeT:
        definition: Any = cls.__strawberry_definition__  # type: ignore[attr-defined]
        definition.is_type_of = lambda value, _info: (
            isinstance(value, Refusal) and type(value.error) is error
        )
        return cls

    return bind


def value_of(name: str, *, at_most: int | None = None, description: str) -> Any:  # noqa: ANN401 - any field's type.
    """Declare a field that shows a value of the domain error; `at_most` is the size of a list."""
    return derived(lambda error: error.values.get(name), at_most=at_most, description=description)


@refusal(versions.VersionConflict)
@strawberry.type(description="Somebody changed the object since the client read it: read it again.")
class VersionConflict(UserError):
    current: int = value_of("current", description="The version of the object now, to repeat with.")
