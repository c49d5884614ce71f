from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from core.reads import Context
from search.port import SearchEngine


class ShopContext(Context, Protocol):
    """What root fields may ask of the operation they serve."""

    search: SearchEngine

    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Open a session whose changes are committed at the end, or rolled back by an error."""
