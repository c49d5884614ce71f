from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, LargeBinary, String, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified


class ApiKey(Identified, Base):
    """A key by the SHA-256 of its text; `hint` is its beginning, by which people tell keys apart.

    `client` is the partner, or program of ours, that calls with it. `maximum_cost` of one operation
    and the `budget` of cost for a minute are null where the key has what everybody has.
    """

    __tablename__ = "api_keys"
    __table_args__ = (
        CheckConstraint("octet_length(key_hash) = 32", name="key_hash_length"),
        CheckConstraint("client <> ''", name="client_not_empty"),
        CheckConstraint("maximum_cost > 0 AND budget > 0", name="limits_positive"),
        Index(None, "client"),
    )

    client: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    hint: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))
    maximum_cost: Mapped[int | None] = mapped_column(BigInteger)
    budget: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
