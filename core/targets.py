"""Where the shop sends requests that others have asked for, so that none reaches our own servers.

A name is looked up here, every address of it has to be public, and the connection goes to an
address that was looked at: a name that is looked up a second time may answer differently.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx
from anyio import to_thread

from core.errors import DomainError
from core.settings import Settings

Resolve = Callable[[str, int], Awaitable[list[str]]]

_LOOKUP_SECONDS = 5
# The others below 1024 belong to services that are no receivers, such as mail servers.
_PORTS = {443, *range(1024, 65536)}

# All other addresses of IPv6 are not in use, or are local, or have one of IPv4 within.
_UNICAST = ip_network("2000::/3")
_REFUSED = [
    ip_network("2001::/23"),  # Protocols, Teredo's tunnels among them.
    ip_network("2002::/16"),  # 6to4, which leads to the IPv4 address within.
    ip_network("3fff::/20"),  # Documentation.
    ip_network("192.0.0.0/24"),  # Protocols.
    ip_network("192.88.99.0/24"),  # Relays of 6to4.
    ip_network("168.63.129.16/32"),  # Azure's host, which answers the machines on it.
]


class TargetRefused(DomainError):
    """Nothing is sent there."""

    code = "TARGET_REFUSED"


async def resolved(host: str, port: int) -> list[str]:
    """Return the addresses that the machine's resolver tells; raises OSError for none."""
    # A thread that is abandoned holds nobody up, while asyncio's own are few and shared.
    return await to_thread.run_sync(_look_up, host, port, abandon_on_cancel=True)


def _look_up(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host} is no name of a host") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True)
class Targets:
    """Which URLs requests may be sent to; with `private`, http:// and addresses of all kinds too.

    `resolve` returns the addresses of a host and port, and raises OSError where there are none.
    """

    private: bool
    resolve: Resolve = resolved

    @classmethod
    def of(cls, settings: Settings) -> "Targets":
        return cls(settings.webhook_private_targets)

    async def check(self, url: str) -> None:
        """Raise TargetRefused, with the reason, where a request to the URL would be refused now.

        It asks the name servers, for five seconds at most. Every request is checked again.
        """
        target = self.parsed(url)
        host = target.raw_host.decode()
        try:
            await self.addresses(host, target.port or 443)
        except OSError as error:
            raise _not_public(host) from error

    def parsed(self, url: str) -> httpx.URL:
        """Take a URL apart; raises TargetRefused where its form alone is reason enough."""
        try:
            target = httpx.URL(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise TargetRefused("This is not a URL.") from error
        if target.scheme != "https" and not (self.private and target.scheme == "http"):
            raise TargetRefused("The URL has to begin with https://.")
        if not target.raw_host:
            raise TargetRefused("The URL names no host.")
        if target.userinfo:
            raise TargetRefused("The URL must not hold a user or a password.")
        if target.port is not None and target.port not in _PORTS:
            raise TargetRefused("The port has to be 443, or from 1024 to 65535.")
        return target

    async def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host; raises TargetRefused where one of them is not public.

        Raises OSError where the name servers tell none.
        """
        async with asyncio.timeout(_LOOKUP_SECONDS):
            found = await self.resolve(host, port)
        if not self.private and not all(is_public(ip_address(each)) for each in found):
            raise _not_public(host)
        return found


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the public internet's, and leads nowhere else."""
    if address.version == 6 and address not in _UNICAST:  # noqa: PLR2004 - IPv6.
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in network for network in _REFUSED)
    )


def _not_public(host: str) -> TargetRefused:
    # One sentence for all reasons, which therefore tells nobody the names of a network within.
    return TargetRefused(f"{host} has no address, or one outside of the public internet.")
