"""How rooms that know no GraphQL library have one of the project's documents run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.viewer import Viewer


@dataclass(frozen=True)
class GraphAnswer:
    """What a document gave: `data` and `errors` as a GraphQL response over HTTP carries them."""

    data: Mapping[str, Any] | None
    errors: Sequence[Mapping[str, Any]] = ()


class GraphRunner(Protocol):
    """Runs documents against the whole graph, with the same permissions as over HTTP."""

    async def run(self, document: str, variables: Mapping[str, Any], viewer: Viewer) -> GraphAnswer:
        """Run the one operation of a document as a viewer; what fails is in the answer."""
