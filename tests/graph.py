from collections.abc import Mapping
from typing import Any

import httpx

from app.authentication import API_KEY, CART_SECRET
from core.document_store import Document
from tests.factories import Factory


class Graph:
    """Runs GraphQL documents over HTTP, as nobody or as whom the headers name."""

    def __init__(self, api: httpx.AsyncClient, headers: Mapping[str, str] | None = None) -> None:
        self.api = api
        self.headers = dict(headers or {})

    def as_(self, token: str) -> "Graph":
        """Ask with an access token."""
        return Graph(self.api, self.headers | {"Authorization": f"Bearer {token}"})

    def holding(self, cart_secret: str) -> "Graph":
        """Ask with the secret of a cart."""
        return Graph(self.api, self.headers | {CART_SECRET: cart_secret})

    async def answer(self, document: str, /, **variables: object) -> dict[str, Any]:
        """Return the whole answer, with its errors."""
        body = {"query": document, "variables": variables}
        response = await self.api.post("/graphql", json=body, headers=self.headers)
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, document: str, /, **variables: object) -> Any:
        """Return the data of an answer that must have no errors."""
        answer = await self.answer(document, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def errors(self, document: str, /, **variables: object) -> list[dict[str, Any]]:
        """Return the code, message, path and values of each error of an answer."""
        answer = await self.answer(document, **variables)
        return [
            {"message": error["message"], "path": error.get("path"), **error["extensions"]}
            for error in answer["errors"]
        ]


class PartnerGraph(Graph):
    """Asks by the key of a partner, which registers first whatever it is going to ask."""

    def __init__(
        self, api: httpx.AsyncClient, factory: Factory, key: str, client: str = "acme"
    ) -> None:
        super().__init__(api, {API_KEY: key})
        self._factory, self._client = factory, client

    async def answer(self, document: str, /, **variables: object) -> dict[str, Any]:
        await self._factory.documents(self._client, Document("Named", "query", document))
        return await super().answer(document, **variables)
