"""Where a page of hits begins."""

from collections.abc import Mapping
from typing import Any

from core.cursors import decode_cursor
from core.errors import BadInput
from core.reads import Order


def position(after: str | None, order: Order, types: Mapping[str, type]) -> tuple[Any, ...] | None:
    """Return the sort values that the page follows; raises BadInput for a cursor of another list.

    `types` holds what a cursor carries for each column of the order.
    """
    if after is None:
        return None
    try:
        return decode_cursor(after, order.name, [types[name] for name in order.columns])
    except ValueError as error:
        raise BadInput("after", f"This is not a cursor of this search: {error}.") from error
