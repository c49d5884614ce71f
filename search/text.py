"""Texts on their way in, which may hold anything, and names on their way out as HTML."""

import html
from dataclasses import replace

from core.errors import BadInput
from search.port import AttributeFilter, SearchFilter

MAX_LENGTH = 200
# Engines put these private characters around found words; they survive the escaping of the name.
MARK, END_MARK = "\ue000", "\ue001"


def clean_text(text: str, argument: str) -> str:
    """Return a text that both engines accept; raises BadInput for one that is too long."""
    if len(text) > MAX_LENGTH:
        raise BadInput(argument, f"A search text has at most {MAX_LENGTH} characters.")
    return _storable(text).strip()


def clean_filter(wanted: SearchFilter) -> SearchFilter:
    """Return a filter whose values both engines accept; what no product can have stays so."""
    return replace(
        wanted,
        brands=tuple(map(_storable, wanted.brands)),
        attributes=tuple(
            AttributeFilter(_storable(each.key), tuple(map(_storable, each.values)))
            for each in wanted.attributes
        ),
    )


def _storable(text: str) -> str:
    """Replace what PostgreSQL cannot hold in a text: lone surrogates and the character NUL."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def highlighted(name: str | None) -> str | None:
    """Make HTML of a name with marks; None if it has none."""
    if name is None or MARK not in name:
        return None
    return html.escape(name).replace(MARK, "<mark>").replace(END_MARK, "</mark>")
