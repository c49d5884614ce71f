import asyncio
from collections.abc import Mapping
from typing import Any

from app.context import OperationContext
from app.resources import Resources
from core.graph_runner import GraphAnswer
from core.viewer import Viewer
from core.wakeups import Wakeups
from execution.direct import Request
from execution.federation import FederatedSchema
from loaders.event_hub import EventHub
from schema.graph import build_schema
from services.api_keys import StoredKeys
from services.stored_documents import StoredDocuments
from tasks.resources import Servers


class InProcessGraph:
    """Runs documents in this process, as `/graphql` would: the same schema and extensions."""

    def __init__(self, schema: FederatedSchema, resources: Resources) -> None:
        self._schema = schema
        self._resources = resources

    async def run(self, document: str, variables: Mapping[str, Any], viewer: Viewer) -> GraphAnswer:
        context = OperationContext(self._resources, viewer, is_own_document=True)
        asked = Request(document, dict(variables), None, None)
        answer = await self._schema.direct.answer(asked, context)
        if answer is not None:
            return GraphAnswer(answer.get("data"), answer.get("errors", []))
        result = await self._schema.execute(
            document, variable_values=asked.variables, context_value=context
        )
        return GraphAnswer(result.data, [dict(error.formatted) for error in result.errors or ()])


class LaterGraph:
    """Builds the whole graph, which takes a second, when the first document is run."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._building = asyncio.Lock()
        self._built: InProcessGraph | None = None

    async def run(self, document: str, variables: Mapping[str, Any], viewer: Viewer) -> GraphAnswer:
        return await (await self._graph()).run(document, variables, viewer)

    async def _graph(self) -> InProcessGraph:
        async with self._building:
            if self._built is None:
                schema = await asyncio.to_thread(build_schema)
                self._built = InProcessGraph(schema, self._resources)
        return self._built


def graph_of_worker(servers: Servers) -> LaterGraph:
    """Return what runs documents in a worker, over the clients that the worker has opened.

    Nobody is there to follow events: what waits for them is not run.
    """
    database = servers.database
    return LaterGraph(
        Resources(
            servers.settings,
            database,
            servers.redis,
            servers.search,
            EventHub(database, Wakeups(servers.redis)),
            servers.payments,
            StoredDocuments(database),
            StoredKeys(database),
        )
    )
