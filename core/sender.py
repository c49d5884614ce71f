"""Sends requests to where others have asked for, and believes nothing of what comes back.

httpcore is used without httpx's client on top: it follows no redirects, asks no proxy of the
environment, keeps no cookies and decompresses nothing.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpcore
import httpx

from core.targets import Targets

BODY_BYTES = 16 * 1024

_CONNECT_SECONDS = 5
_TOTAL_SECONDS = 20
_REASON_LENGTH = 200


class SendingFailed(Exception):
    """No whole answer came; `str(error)` says why, in the words of whatever went wrong."""


@dataclass(frozen=True)
class Answer:
    """What a server said; of the body only the first 16 KiB, as text that PostgreSQL can hold."""

    status: int
    body: str

    @property
    def is_success(self) -> bool:
        """A redirect is none."""
        return 200 <= self.status < 300  # noqa: PLR2004 - 2xx.


class Sender:
    def __init__(
        self, pool: httpcore.AsyncConnectionPool, targets: Targets, seconds: float
    ) -> None:
        self._pool = pool
        self._targets = targets
        self._seconds = seconds

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a body and return the answer, whatever its status.

        Raises TargetRefused where the URL may not be sent to, and SendingFailed.
        """
        target = self._targets.parsed(url)
        own = {
            "Host": target.netloc.decode(),
            "User-Agent": "PyShop",
            "Accept-Encoding": "identity",
        }
        try:
            async with asyncio.timeout(self._seconds):
                return await self._answer(target, {**own, **headers}, body)
        except (TimeoutError, httpcore.TimeoutException) as error:
            raise SendingFailed("There was no whole answer in time.") from error
        except (OSError, httpcore.NetworkError, httpcore.ProtocolError) as error:
            # It may quote what was received.
            raise SendingFailed(str(error)[:_REASON_LENGTH] or type(error).__name__) from error

    async def _answer(self, target: httpx.URL, headers: Mapping[str, str], body: bytes) -> Answer:
        request = self._pool.stream(
            "POST",
            httpcore.URL(
                scheme=target.raw_scheme,
                host=target.raw_host,
                port=target.port,
                target=target.raw_path,
            ),
            headers=[*headers.items()],
            content=body,
            extensions={"timeout": {"connect": _CONNECT_SECONDS}},
        )
        async with request as response:
            return Answer(response.status, await _beginning(response))


async def _beginning(response: httpcore.Response) -> str:
    body = bytearray()
    async for part in response.aiter_stream():
        body += part
        if len(body) >= BODY_BYTES:
            break
    # PostgreSQL's text has no character of number 0.
    return body[:BODY_BYTES].decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


class _CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were checked, and nowhere else."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's.
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        *others, last = await self._targets.addresses(host, port)
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
        return await self._network.connect_tcp(last, port, timeout, local_address, socket_options)


@asynccontextmanager
async def open_sender(
    targets: Targets, *, trust: ssl.SSLContext | None = None, seconds: float = _TOTAL_SECONDS
) -> AsyncIterator[Sender]:
    """Open a sender for one event loop, with a limit of time for each whole request.

    `trust` says which certificates are believed; left out, the public authorities'.
    """
    async with httpcore.AsyncConnectionPool(
        ssl_context=trust or httpx.create_ssl_context(),
        max_connections=None,  # Whoever sends says how many at a time.
        # Each request is checked, and none crosses the end of a connection that was kept for it.
        max_keepalive_connections=0,
        network_backend=_CheckedNetwork(targets),
    ) as pool:
        yield Sender(pool, targets, seconds)
