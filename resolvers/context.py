from typing import Protocol

from core.reads import Context
from search.port import SearchEngine


class ShopContext(Context, Protocol):
    """What root fields may ask of the operation they serve."""

    search: SearchEngine
