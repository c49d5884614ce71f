"""Carts: opened, filled, joined at log-in and released when forgotten."""

from services.carts.expiry import release_expired
from services.carts.lines import (
    LineAddition,
    LineChange,
    add_lines,
    clear,
    create_anonymous,
    create_for_account,
    remove_lines,
    update_lines,
)
from services.carts.merging import merge_into_account
from services.carts.opening import CartChoice

__all__ = [
    "CartChoice",
    "LineAddition",
    "LineChange",
    "add_lines",
    "clear",
    "create_anonymous",
    "create_for_account",
    "merge_into_account",
    "release_expired",
    "remove_lines",
    "update_lines",
]
