from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class WebhookEndpoint(Identified, Timestamped, Base):
    """Where a client is told of events, and of which.

    No `types` means all that its client may see; `filter` is what a payload must contain.
    `document` chooses the payload by GraphQL; without one it is the event's own. Secrets are
    derived from the shop's key by `secret_version`; the one before is used beside it until
    `previous_secret_until`. `failures` counts those since the last success, the first of which was
    at `failing_since`; nothing is sent before `paused_until`.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        CheckConstraint("client <> '' AND url <> ''", name="not_empty"),
        CheckConstraint("status IN ('enabled', 'disabled')", name="status_known"),
        CheckConstraint("secret_version >= 1 AND failures >= 0", name="counts_sane"),
        Index(None, "client", "id"),
    )

    client: Mapped[str]
    url: Mapped[str]
    owner_email: Mapped[str]
    types: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    filter: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    document: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="enabled")
    secret_version: Mapped[int] = mapped_column(server_default="1")
    previous_secret_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    failing_since: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]


class WebhookAttempt(Identified, Base):
    """One sending of a delivery, which is an effect, and what came of it.

    `request` is the body that was sent; of the response only the beginning is kept. `error` says
    why there is none.
    """

    __tablename__ = "webhook_attempts"
    __table_args__ = (Index(None, "delivery_id", "id"),)

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("effects.id", ondelete="CASCADE"))
    url: Mapped[str]
    request_headers: Mapped[dict[str, Any]]
    request: Mapped[str]
    response_status: Mapped[int | None]
    response: Mapped[str | None]
    error: Mapped[str | None]
    milliseconds: Mapped[int]
    attempted_at: Mapped[datetime] = mapped_column(server_default=func.now())
