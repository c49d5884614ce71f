from typing import Any

import httpx


class Graph:
    """Runs GraphQL documents over HTTP."""

    def __init__(self, api: httpx.AsyncClient) -> None:
        self.api = api

    async def answer(self, document: str, **variables: object) -> dict[str, Any]:
        """Return the whole answer, with its errors."""
        body = {"query": document, "variables": variables}
        response = await self.api.post("/graphql", json=body)
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, document: str, **variables: object) -> Any:
        """Return the data of an answer that must have no errors."""
        answer = await self.answer(document, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def errors(self, document: str, **variables: object) -> list[dict[str, Any]]:
        """Return the code, message, path and values of each error of an answer."""
        answer = await self.answer(document, **variables)
        return [
            {"message": error["message"], "path": error.get("path"), **error["extensions"]}
            for error in answer["errors"]
        ]
