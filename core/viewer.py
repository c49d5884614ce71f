from dataclasses import dataclass
from datetime import datetime
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


ANONYMOUS = Viewer()
