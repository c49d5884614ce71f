"""Answers that are taken again, where the same values gave them before.

Pages show the same prices again and again. What is remembered is never changed: below it nothing
is read.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from core.reads import Row
from execution.plan.shapes import ObjectOf

if TYPE_CHECKING:
    from execution.plan.selections import Value

Function = Callable[..., Any]

# Each takes half a kilobyte.
_REMEMBERED = 500


def own_columns(field: "Value", row: type[Row]) -> list[str]:
    """Return the columns of a row that tell a derived object's answer, none where it has others.

    Its function takes no more of the row than it has named.
    """
    if not isinstance(field.shape, ObjectOf) or not field.columns <= row.columns.keys():
        return []
    names = [name for name in row.columns if name in field.columns]
    return names if row.is_plain(names) else []


def by_columns(field: "Value", row: type[Row], names: list[str]) -> Function:
    """Return what makes a derived object's answer of the values of `own_columns`."""
    make, derive = row.maker(frozenset(names)), field.function
    assert isinstance(field.shape, ObjectOf)  # noqa: S101 - others have no `own_columns`.
    complete, is_nullable = field.shape.selection.quickly, field.shape.is_nullable

    # To make an object anew takes five times as long as to find what was made of it.
    @lru_cache(_REMEMBERED)
    def made(*values: Any) -> Any:
        value = derive(make(values))
        return None if value is None and is_nullable else complete(value)

    return made
