from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class IdempotencyRecord(Base):
    """The outcome of a mutation under a client's key; `scope` names the caller."""

    __tablename__ = "idempotency_records"
    __table_args__ = (
        CheckConstraint("octet_length(input_hash) = 32", name="input_hash_length"),
        Index(None, "created_at"),
    )

    scope: Mapped[str] = mapped_column(primary_key=True)
    mutation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    input_hash: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
