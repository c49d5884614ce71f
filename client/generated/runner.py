"""What the generated methods call; the generator copies this file beside them."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from typing import Any


class OperationRunner(ABC):
    @abstractmethod
    async def execute(
        self, query: str, operation_name: str, variables: Mapping[str, object]
    ) -> dict[str, Any]:
        """Run a query or a mutation and return its data; raises ShopError."""

    @abstractmethod
    def execute_ws(
        self, query: str, operation_name: str, variables: Mapping[str, object]
    ) -> AsyncIterator[dict[str, Any]]:
        """Run a subscription and yield the data of each of its events; raises ShopError."""

    def get_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return data
