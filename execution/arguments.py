"""The arguments of declared fields, frozen so that they can key a batch read."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter
from typing import Any

from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.utils.str_converters import to_camel_case

from core.errors import BadInput
from core.reads import PageRequest
from execution.prices import list_size

DEFAULT_PAGE = 20
MAXIMUM_PAGE = 100


def _as_it_is(value: Hashable) -> Hashable:
    return value


@dataclass(frozen=True)
class Argument:
    """One GraphQL argument; `freeze` turns what the client gave into a hashable value.

    `freeze` raises ValueError with a sentence for the client when the value cannot be used.
    `deprecated` is why it goes, from `replaced_by`; what must be given cannot be deprecated.
    """

    name: str
    annotation: Any
    description: str
    default: Any = Parameter.empty
    freeze: Callable[[Any], Hashable] = _as_it_is
    deprecated: str | None = None

    def strawberry(self) -> StrawberryArgument:
        return StrawberryArgument(
            python_name=self.name,
            graphql_name=None,
            type_annotation=StrawberryAnnotation(self.annotation),
            description=self.description,
            default=self.default,
            deprecation_reason=self.deprecated,
        )


PAGE_ARGUMENTS = (
    Argument(
        "first", int, f"How many entries the page has at most, 1 to {MAXIMUM_PAGE}.", DEFAULT_PAGE
    ),
    Argument(
        "after",
        str | None,
        "The cursor of the entry to go on after: the last page's `endCursor`.",
        None,
    ),
)

PAGE_SIZE = list_size(sliced_by="first", sized_fields=("edges", "nodes"))


def freeze_arguments(
    arguments: Sequence[Argument], given: Mapping[str, Any]
) -> dict[str, Hashable]:
    """Freeze what the client gave; raises BadInput that names the argument."""
    return {argument.name: _frozen(argument, given) for argument in arguments}


def _frozen(argument: Argument, given: Mapping[str, Any]) -> Hashable:
    value = given.get(argument.name, argument.default)
    if value is None or value is Parameter.empty:
        return None
    try:
        return argument.freeze(value)
    except ValueError as error:
        raise BadInput(to_camel_case(argument.name), str(error)) from error


def page_request(given: Mapping[str, Any], *, rows: bool, total: bool) -> PageRequest:
    first = given.get("first", DEFAULT_PAGE)
    if not 1 <= first <= MAXIMUM_PAGE:
        raise BadInput("first", f"A page has 1 to {MAXIMUM_PAGE} entries, not {first}.")
    return PageRequest(first, given.get("after"), rows=rows, total=total)
