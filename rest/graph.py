"""The graph as REST uses it: one of the documents in `documents/` for each request."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer
from starlette.requests import HTTPConnection

from core.errors import DomainError, TooManyAttempts
from core.graph_runner import GraphRunner
from core.viewer import Viewer
from rest.problems import Problem, of_graph_error, of_refusals

_FOLDER = Path(__file__).parent / "documents"
_SPREAD = re.compile(r"\.\.\.(\w+)")

_ACCESS_TOKEN = HTTPBearer(auto_error=False, description="The access token of a log-in.")
_API_KEY = APIKeyHeader(
    name="X-API-Key", auto_error=False, description="The key of a partner's program."
)
_CART_SECRET = APIKeyHeader(
    name="X-Cart-Secret",
    auto_error=False,
    description="What `POST /v1/cart` told whoever opened a cart without a log-in.",
)


@dataclass(frozen=True)
class Wiring:
    """What app gives this layer; `viewer_of` raises DomainError for a token or key of nobody."""

    graph: GraphRunner
    viewer_of: Callable[[HTTPConnection], Awaitable[Viewer]]


@cache
def document(name: str) -> str:
    """Return the text of a document, with the fragments that it and they spread."""
    texts, wanted = [(_FOLDER / f"{name}.graphql").read_text()], [name]
    for text in texts:
        for fragment in _SPREAD.findall(text):
            if fragment not in wanted:
                wanted.append(fragment)
                texts.append((_FOLDER / "fragments" / f"{fragment}.graphql").read_text())
    return "\n".join(texts)


class Graph:
    """The graph as the sender of one request sees it."""

    def __init__(self, runner: GraphRunner, viewer: Viewer) -> None:
        self._runner = runner
        self._viewer = viewer

    async def read(self, name: str, /, **variables: object) -> Any:  # noqa: ANN401 - the models check it.
        """Run a query and return what its one root field gave; raises Problem for any error.

        A part that failed fails the whole: an answer of REST has no errors beside its data.
        """
        answer = await self._runner.run(document(name), variables, self._viewer)
        if answer.errors or answer.data is None:
            raise of_graph_error(answer.errors[0])
        (found,) = answer.data.values()
        return found

    async def change(self, name: str, /, **variables: object) -> Any:  # noqa: ANN401 - as above.
        """Run a mutation and return its payload; raises Problem for its typed errors too."""
        payload = await self.read(name, **variables)
        if refusals := payload.pop("errors"):
            raise of_refusals(refusals)
        return payload


async def _graph_of_sender(
    request: Request,
    _token: Annotated[object, Security(_ACCESS_TOKEN)],
    _key: Annotated[object, Security(_API_KEY)],
    _secret: Annotated[object, Security(_CART_SECRET)],
) -> Graph:
    wiring: Wiring = request.app.state.rest
    try:
        viewer = await wiring.viewer_of(request)
    except TooManyAttempts as error:
        headers = {"Retry-After": str(error.values["retryAfter"])}
        raise Problem(error.code, str(error), headers=headers) from error
    except DomainError as error:
        headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise Problem(error.code, str(error), headers=headers) from error
    return Graph(wiring.graph, viewer)


SendersGraph = Annotated[Graph, Security(_graph_of_sender)]
