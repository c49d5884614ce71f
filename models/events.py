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
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified

# The events of these are kept for ever: they are what came of an order.
LASTING_AGGREGATE = "order"


class Event(Identified, Base):
    """Something that happened to an aggregate, written in the transaction that made it happen.

    `sequence` counts an aggregate's events from 1 without gaps. `position` orders all events
    without gaps; the sequencer gives it after the commit, so it is null until then. `subjects`
    are what else it concerns, such as the variants of an order, for who follows one of those.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("aggregate_type", "aggregate_id", "sequence"),
        CheckConstraint("sequence >= 1", name="sequence_positive"),
        Index(None, "aggregate_id", "position"),
        Index(None, "subjects", postgresql_using="gin"),
        Index("ix_events_unsequenced", "id", postgresql_where=text("position IS NULL")),
        Index("ix_events_expiring", "position", postgresql_where=text("aggregate_type <> 'order'")),
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
    subjects: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))


class EventCounter(Base):
    """The one row that holds the last position given.

    Up to `expired_through`, events may be missing that do not last for ever.
    """

    __tablename__ = "event_counter"
    __table_args__ = (CheckConstraint("singleton", name="one_row"),)

    singleton: Mapped[bool] = mapped_column(Boolean, primary_key=True, server_default=text("true"))
    last_position: Mapped[int] = mapped_column(BigInteger, server_default="0")
    expired_through: Mapped[int] = mapped_column(BigInteger, server_default="0")


class Effect(Identified, Base):
    """What one handler has to do about one event; this row, not a message, is the truth.

    `target` is for whom it does it where a handler does so for several, as for endpoints of
    webhooks. One that is ordered waits for what its handler has to do, for the same target, about
    earlier events of the same aggregate; `aggregate_id` and `position` are those of the event.
    """

    __tablename__ = "effects"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'done', 'dead')", name="status_known"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        UniqueConstraint("event_id", "handler", "target", postgresql_nulls_not_distinct=True),
        Index(None, "next_attempt_at", postgresql_where=text("status = 'pending'")),
        Index(
            "ix_effects_order",
            "aggregate_id",
            "handler",
            "position",
            postgresql_where=text("status = 'pending' AND is_ordered"),
        ),
        Index("ix_effects_dead", "id", postgresql_where=text("status = 'dead'")),
        Index(None, "target", "id"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    handler: Mapped[str]
    target: Mapped[UUID | None]
    aggregate_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger)
    is_ordered: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    status: Mapped[str] = mapped_column(server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    error: Mapped[str | None]
    done_at: Mapped[datetime | None]
