"""The client: the generated methods over HTTP and WebSocket, as one viewer."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any, Self

from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from pydantic_core import to_jsonable_python

from client.credentials import Credentials
from client.errors import ShopError
from client.generated import ShopOperations
from client.generated.base_model import UNSET

# A sandbox payment may be a slow one, and so may a real one.
_SECONDS = 30.0


class ShopClient(ShopOperations):
    """A viewer of the shop at `url`, such as http://127.0.0.1:8000; an async context manager.

    Its methods are the operations of client/operations/. They return what was refused in `errors`
    of a payload, and raise ShopError for everything else. Tokens and the secret of a cart are kept
    as the shop gives them.
    """

    def __init__(
        self, url: str, access_token: str | None = None, cart_secret: str | None = None
    ) -> None:
        self.credentials = Credentials(access_token, cart_secret=cart_secret)
        self._url = f"{url.rstrip('/')}/graphql"
        self._open = AsyncExitStack()
        self._session: AsyncClientSession | None = None

    async def __aenter__(self) -> Self:
        transport = HTTPXAsyncTransport(self._url, timeout=_SECONDS)
        client = Client(transport=transport, execute_timeout=_SECONDS)
        self._session = await self._open.enter_async_context(client)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._open.aclose()

    async def execute(
        self, query: str, operation_name: str, variables: Mapping[str, object]
    ) -> dict[str, Any]:
        request = _request(query, operation_name, variables)
        data = await self._send(request)
        self.credentials.keep(data)
        return data

    async def _send(self, request: GraphQLRequest) -> dict[str, Any]:
        if self._session is None:
            raise RuntimeError("Use the client in `async with`.")
        try:
            return await self._session.execute(
                request, extra_args={"headers": self.credentials.headers()}
            )
        except TransportError as error:
            raise ShopError.of(error) from error

    async def execute_ws(
        self, query: str, operation_name: str, variables: Mapping[str, object]
    ) -> AsyncIterator[dict[str, Any]]:
        transport = WebsocketsTransport(
            self._url.replace("http", "ws", 1), init_payload=self.credentials.headers()
        )
        try:
            async with Client(transport=transport) as session:
                async for data in session.subscribe(_request(query, operation_name, variables)):
                    yield data
        except TransportError as error:
            raise ShopError.of(error) from error


def _request(query: str, operation_name: str, variables: Mapping[str, object]) -> GraphQLRequest:
    given = {name: value for name, value in variables.items() if value is not UNSET}
    return GraphQLRequest(
        query, variable_values=to_jsonable_python(given), operation_name=operation_name
    )
