from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified


class Event(Identified, Base):
    """Something that happened to an aggregate, written in the transaction that made it happen.

    `sequence` counts an aggregate's events from 1 without gaps. `position` orders all events
    without gaps; the sequencer gives it after the commit, so it is null until then.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("aggregate_type", "aggregate_id", "sequence"),
        CheckConstraint("sequence >= 1", name="sequence_positive"),
        Index(None, "aggregate_id", "position"),
        Index("ix_events_unsequenced", "id", postgresql_where=text("position IS NULL")),
    )

    position: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    aggregate_type: Mapped[str]
    aggregate_id: Mapped[UUID]
    sequence: Mapped[int]
    type: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor_id: Mapped[UUID | None]
    correlation_id: Mapped[str]
    payload: Mapped[dict[str, Any]]


class EventCounter(Base):
    """The one row that holds the last position given."""

    __tablename__ = "event_counter"
    __table_args__ = (CheckConstraint("singleton", name="one_row"),)

    singleton: Mapped[bool] = mapped_column(Boolean, primary_key=True, server_default=text("true"))
    last_position: Mapped[int] = mapped_column(BigInteger, server_default="0")


class Effect(Base):
    """What one handler has to do about one event; this row, not a message, is the truth."""

    __tablename__ = "effects"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'done', 'dead')", name="status_known"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index(None, "next_attempt_at", postgresql_where=text("status = 'pending'")),
    )

    event_id: Mapped[UUID] = mapped_column(
        ForeignKey("events.id", ondelete="CASCADE"), primary_key=True
    )
    handler: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    error: Mapped[str | None]
    done_at: Mapped[datetime | None]
