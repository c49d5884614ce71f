from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from uuid import UUID


@dataclass(frozen=True)
class Viewer:
    """Who asks: nobody known, or an account with its role.

    `cart_secret_hash` is the SHA-256 of the secret that came with the request, if any;
    `expires_at` is when the token that names the account ends.
    """

    account_id: UUID | None = None
    role: str | None = None
    cart_secret_hash: bytes | None = None
    expires_at: datetime | None = None

    def seconds_left(self) -> float:
        """Return how long the token is good yet: zero where it has ended, infinity without one."""
        if self.expires_at is None:
            return inf
        return max(0.0, (self.expires_at - datetime.now(UTC)).total_seconds())


ANONYMOUS = Viewer()
