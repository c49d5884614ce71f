from collections.abc import Mapping
from typing import Any

from strawberry import Schema

from app.context import OperationContext
from app.resources import Resources
from core.graph_runner import GraphAnswer
from core.viewer import Viewer


class InProcessGraph:
    """Runs documents in this process, as `/graphql` would: the same schema and extensions."""

    def __init__(self, schema: Schema, resources: Resources) -> None:
        self._schema = schema
        self._resources = resources

    async def run(self, document: str, variables: Mapping[str, Any], viewer: Viewer) -> GraphAnswer:
        context = OperationContext(self._resources, viewer, is_own_document=True)
        result = await self._schema.execute(
            document, variable_values=dict(variables), context_value=context
        )
        return GraphAnswer(result.data, [dict(error.formatted) for error in result.errors or ()])
