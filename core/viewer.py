from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from ipaddress import IPv4Address, IPv6Network, ip_address
from math import inf
from uuid import UUID


@dataclass(frozen=True)
class PartnerKey:
    """The API key that a program calls with; its `client` is whose documents it may run.

    `maximum_cost` of one operation and the `budget` of cost for a minute are None where the key
    has what everybody has.
    """

    id: UUID
    client: str
    scopes: frozenset[str] = frozenset()
    expires_at: datetime | None = None
    maximum_cost: int | None = None
    budget: int | None = None


@dataclass(frozen=True)
class Viewer:
    """Who asks: nobody known, or an account with its role; maybe by a partner's program.

    `cart_secret_hash` is the SHA-256 of the secret that came with the request, if any;
    `expires_at` is when the token that names the account ends; `key` is what the program calls
    with; `address` is where the request comes from.
    """

    account_id: UUID | None = None
    role: str | None = None
    cart_secret_hash: bytes | None = None
    expires_at: datetime | None = None
    key: PartnerKey | None = None
    address: str | None = None

    @cached_property
    def grants(self) -> frozenset[str]:
        """The role of the account and the scopes of the key: what restricted fields ask for."""
        scopes = self.key.scopes if self.key else frozenset[str]()
        return scopes if self.role is None else scopes | {self.role}

    @cached_property
    def network(self) -> str:
        """The address, as far as it tells one sender from another: of IPv6 its first 64 bits.

        Whoever has one address of IPv6 has all that begin so. Without an address, all are one.
        """
        try:
            address = ip_address(self.address or "")
        except ValueError:
            return self.address or ""
        if isinstance(address, IPv4Address):
            return str(address)
        return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))

    @property
    def is_anonymous(self) -> bool:
        """Whether it sees the objects that everybody sees, and no others.

        The scopes of a key open single fields, which are declared to be nobody else's.
        """
        return self.account_id is None and self.cart_secret_hash is None

    def seconds_left(self) -> float:
        """Return how long the token and the key are good yet: zero where one has ended.

        It is infinity without either.
        """
        ends = [self.expires_at, self.key.expires_at if self.key else None]
        left = [(end - datetime.now(UTC)).total_seconds() for end in ends if end is not None]
        return max(0.0, min(left, default=inf))


ANONYMOUS = Viewer()
