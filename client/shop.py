"""The client: the generated methods over HTTP and WebSocket, as one viewer."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack
from typing import Any, Self

from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from pydantic_core import to_jsonable_python

from client.credentials import Credentials
from client.errors import UNAUTHENTICATED, UNREACHABLE, ShopError
from client.generated import OrderUpdatedOrderUpdated, ShopOperations
from client.generated.base_model import UNSET

# A payment may be a slow one.
_SECONDS = 30.0
# How long to wait before a lost connection is tried again; after the last it is given up.
_PAUSES = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class ShopClient(ShopOperations):
    """A viewer of the shop at `url`, such as http://127.0.0.1:8000; an async context manager.

    Its methods are the operations of client/operations/. They return what was refused in `errors`
    of a payload, and raise ShopError for everything else. Tokens and the secret of a cart are kept
    as the shop gives them, and an access token that has expired is renewed. With the `api_key` of a
    partner it may call what the partner has registered.
    """

    def __init__(
        self,
        url: str,
        access_token: str | None = None,
        cart_secret: str | None = None,
        api_key: str | None = None,
    ) -> None:
        self.credentials = Credentials(access_token, cart_secret=cart_secret, api_key=api_key)
        self._url = f"{url.rstrip('/')}/graphql"
        self._open = AsyncExitStack()
        self._session: AsyncClientSession | None = None
        self._renewing = asyncio.Lock()

    async def __aenter__(self) -> Self:
        transport = HTTPXAsyncTransport(self._url, timeout=_SECONDS)
        client = Client(transport=transport, execute_timeout=_SECONDS)
        self._session = await self._open.enter_async_context(client)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._open.aclose()

    async def execute(
        self,
        query: str,
        operation_name: str,
        variables: Mapping[str, object],
        *,
        anonymous: bool = False,
    ) -> dict[str, Any]:
        request = _request(query, operation_name, variables)
        token = None if anonymous else self.credentials.access_token
        try:
            data = await self._send(request, anonymous=anonymous)
        except ShopError as error:
            if token is None or error.code != UNAUTHENTICATED or not await self._renewed(token):
                raise
            # The shop refuses a token before it runs anything, so that nothing is done twice.
            data = await self._send(request)
        self.credentials.keep(data)
        return data

    async def execute_ws(
        self, query: str, operation_name: str, variables: Mapping[str, object]
    ) -> AsyncGenerator[dict[str, Any], None]:
        address = self._url.replace("http", "ws", 1)
        transport = WebsocketsTransport(address, init_payload=self.credentials.headers())
        try:
            async with Client(transport=transport) as session:
                async for data in session.subscribe(_request(query, operation_name, variables)):
                    yield data
        except (TransportError, TimeoutError) as error:
            raise ShopError.of(error) from error

    async def follow_order(
        self, order_id: str, after: str | None = None
    ) -> AsyncGenerator[OrderUpdatedOrderUpdated, None]:
        """Yield the updates of an order: its state first, or what came `after` a cursor.

        A lost connection is made again, and an access token that has expired renewed; it goes on
        after the last update. Raises ShopError where that fails, and for an order that the viewer
        may not see.
        """
        losses = 0
        while True:
            token = self.credentials.access_token
            try:
                async for update in self.order_updated(order_id, after):
                    after, losses = update.cursor, 0
                    yield update
            except ShopError as error:
                if losses == len(_PAUSES) or not await self._mended(error, token):
                    raise
            await asyncio.sleep(_PAUSES[min(losses, len(_PAUSES) - 1)])
            losses += 1

    async def log_out(self) -> None:
        """End the session at the shop, if it can be, and forget it."""
        if self.credentials.refresh_token is not None:
            await self.account_log_out(self.credentials.refresh_token)
        self.credentials.end_session()

    async def _send(self, request: GraphQLRequest, *, anonymous: bool = False) -> dict[str, Any]:
        if self._session is None:
            raise RuntimeError("Use the client in `async with`.")
        headers = {} if anonymous else self.credentials.headers()
        try:
            return await self._session.execute(request, extra_args={"headers": headers})
        except (TransportError, TimeoutError) as error:
            raise ShopError.of(error) from error

    async def _mended(self, error: ShopError, token: str | None) -> bool:
        """Tell whether it is worth subscribing again after an error."""
        if error.code == UNAUTHENTICATED and token is not None:
            return await self._renewed(token)
        return error.code == UNREACHABLE

    async def _renewed(self, refused: str) -> bool:
        """Renew the access token and tell whether there is another now than the one refused."""
        async with self._renewing:
            # A refresh token is good once: who waited here finds what the first was given.
            held = self.credentials
            if held.access_token == refused and held.refresh_token is not None:
                await self.account_refresh(held.refresh_token, anonymous=True)
        return held.access_token not in {None, refused}


def _request(query: str, operation_name: str, variables: Mapping[str, object]) -> GraphQLRequest:
    given = {name: value for name, value in variables.items() if value is not UNSET}
    return GraphQLRequest(
        query, variable_values=to_jsonable_python(given), operation_name=operation_name
    )
