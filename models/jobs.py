from datetime import datetime

from sqlalchemy import CheckConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified


class Job(Identified, Base):
    """A piece of bulk work, such as an import, and how far it has come.

    `done` of `total` counts what it works on, where the total is known. `heard_at` is when its
    process last wrote here, which it does every few seconds while it lives.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("kind IN ('catalog_import', 'search_reindex')", name="kind_known"),
        CheckConstraint("status IN ('running', 'done', 'failed')", name="status_known"),
        CheckConstraint("done >= 0 AND total >= 0", name="counts_not_negative"),
        CheckConstraint("(status = 'running') = (ended_at IS NULL)", name="ended_once"),
    )

    kind: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="running")
    done: Mapped[int] = mapped_column(server_default=text("0"))
    total: Mapped[int | None]
    error: Mapped[str | None]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    heard_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
