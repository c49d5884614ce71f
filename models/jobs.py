from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified


class Job(Identified, Base):
    """Work on many things that is followed while it runs; `total` is null until it is known."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("status IN ('running', 'done', 'failed')", name="status_known"),
        CheckConstraint("done >= 0 AND total >= 0", name="counts_not_negative"),
        CheckConstraint("(status = 'running') = (ended_at IS NULL)", name="ended_when_over"),
        CheckConstraint("(status = 'failed') = (error IS NOT NULL)", name="failed_for_a_reason"),
    )

    kind: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="running")
    done: Mapped[int] = mapped_column(BigInteger, server_default="0")
    total: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None]
    started_by: Mapped[UUID | None]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
