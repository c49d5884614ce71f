"""Operations run with a count of what they take, held against what is foretold of them."""

from collections.abc import Mapping
from typing import Any

import httpx
from anyio import from_thread
from graphql import parse

import schema.graph
from execution.cost import Costs
from execution.statements import Ceilings

GRAPH = schema.graph.build_schema()._schema  # noqa: SLF001 - Strawberry has no other way.
CEILINGS, COSTS = Ceilings(GRAPH), Costs(GRAPH)


class Meter:
    """Asks the API of this process, and compares what that took with what was foretold."""

    def __init__(self, api: httpx.AsyncClient, sent: list[str]) -> None:
        self._api = api
        self._sent = sent

    async def answer(
        self, headers: Mapping[str, str], query: str, variables: Mapping[str, Any]
    ) -> tuple[dict[str, Any], int]:
        """Return what is answered, and how many statements were sent for it."""
        body = {"query": query, "variables": variables}
        self._sent.clear()
        response = await self._api.post("/graphql", json=body, headers=dict(headers))
        answer, sent, document = response.json(), list(self._sent), parse(query)
        assert len(sent) <= CEILINGS.statements_of(document), sent
        actual = COSTS.actual_cost_of(document, answer.get("data"), variables)
        assert actual <= COSTS.cost_of(document, variables).total
        return answer, len(sent)

    def ask(
        self,
        _door: str,
        headers: Mapping[str, str],
        query: str,
        variables: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Answer from another thread, as the gateways' tests ask."""
        answer, _ = from_thread.run(self.answer, headers, query, variables or {})
        return answer
