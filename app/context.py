from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable
from strawberry.fastapi import BaseContext

from app.resources import Resources


class OperationContext(BaseContext):
    """What one operation may use; its loaders live as long as it does."""

    def __init__(self, resources: Resources) -> None:
        super().__init__()
        self._database = resources.database
        self.search = resources.search
        self.public_url = resources.settings.public_url
        self.loaders: dict[tuple[int, ...], Any] = {}

    async def fetch(
        self, statement: Executable, params: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        return await self._database.fetch(statement, params)
