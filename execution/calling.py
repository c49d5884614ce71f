"""What the function of a field takes: its arguments, and what is asked of its answer."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from inspect import signature
from typing import Any

from strawberry.types.info import Info

from execution.arguments import PAGE_ARGUMENTS, PAGE_SIZE, Argument, freeze_arguments, page_request
from execution.asked import Asked, asked_of
from execution.rows import NeedsColumns

# What a read or resolver may take besides the field's arguments.
_PROVIDED = {"context", "keys", "columns", "columns_of", "page", "selected"}


@cache
def _names(function: Callable[..., Any]) -> frozenset[str]:
    # Reading a signature costs as much as answering a small field, and it never changes.
    return frozenset(signature(function).parameters)


def declare_arguments(
    each: NeedsColumns, function: Callable[..., Any], arguments: Sequence[Argument]
) -> None:
    """Give a field the arguments that its function takes, a page's included."""
    declared = (*arguments, *PAGE_ARGUMENTS) if "page" in _names(function) else arguments
    each.arguments = [argument.strawberry() for argument in declared]
    if "page" in _names(function):
        each.directives = [*each.directives, PAGE_SIZE]


def check_arguments(function: Callable[..., Any], arguments: Sequence[Argument]) -> None:
    """Raise TypeError where a function takes others than are declared."""
    taken = _names(function) - _PROVIDED
    declared = {argument.name for argument in arguments}
    if taken != declared:
        raise TypeError(f"{function} takes {sorted(taken)}, not {sorted(declared)}")


def asked_by(info: Info) -> Asked:
    return asked_of(info._raw_info)  # noqa: SLF001 - Info has no other way.


def call_arguments(
    function: Callable[..., Any],
    asked: Asked,
    kwargs: Mapping[str, Any],
    arguments: Sequence[Argument],
) -> dict[str, Any]:
    """Gather what a read or resolver takes by name: the field's arguments and what is asked."""
    taken = _names(function)
    given: dict[str, Any] = freeze_arguments(arguments, kwargs)
    if "columns" in taken:
        given["columns"] = asked.columns
    if "columns_of" in taken:
        given["columns_of"] = asked.columns_of
    if "selected" in taken:
        given["selected"] = asked.fields
    if "page" in taken:
        given["page"] = page_request(
            kwargs, rows=asked.fields != {"totalCount"}, total="totalCount" in asked.fields
        )
    return given
