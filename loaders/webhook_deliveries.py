"""What was sent to the endpoints that a viewer may see, or is to be, and each attempt at it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from core.viewer import Viewer
from loaders.batches import Listing, page_of, pages_by_key, rows_by_key
from loaders.webhooks import visible_endpoints
from models import Effect, Event, WebhookAttempt, WebhookEndpoint

NEWEST = Order("newest", ("id",), descending=True)
OLDEST = Order("oldest", ("id",))


class WebhookDeliveryRow(Row, columns={**Effect.__table__.c, "event_type": Event.__table__.c.type}):
    id: UUID
    target: UUID
    event_id: UUID
    event_type: str
    status: str
    attempts: int
    next_attempt_at: datetime
    done_at: datetime | None
    error: str | None


class WebhookAttemptRow(Row, columns={**WebhookAttempt.__table__.c}):
    id: UUID
    url: str
    request_headers: dict[str, Any]
    request: str
    response_status: int | None
    response: str | None
    error: str | None
    milliseconds: int
    attempted_at: datetime


def _visible_deliveries(viewer: Viewer) -> Select[Any]:
    return (
        visible_endpoints(viewer)
        .join(Effect, Effect.target == WebhookEndpoint.id)
        .join(Event, Event.id == Effect.event_id)
    )


@batch_read
async def webhook_deliveries(
    context: Context,
    *,
    columns: frozenset[str],
    page: PageRequest,
    endpoint: UUID,
    status: str | None,
) -> Page[WebhookDeliveryRow]:
    """Return the deliveries to one endpoint, or those of them that stand so."""
    source = _visible_deliveries(context.viewer).where(Effect.target == endpoint)
    if status is not None:
        source = source.where(Effect.status == status)
    listing = Listing(WebhookDeliveryRow, source, NEWEST)
    return await page_of(context, listing, columns=columns, page=page)


@batch_read
async def webhook_deliveries_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[WebhookDeliveryRow | None]:
    return await rows_by_key(
        context,
        WebhookDeliveryRow,
        keys,
        key=Effect.id,
        source=_visible_deliveries(context.viewer),
        columns=columns,
    )


@batch_read
async def attempts_by_delivery(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[WebhookAttemptRow]]:
    source = _visible_deliveries(context.viewer).join(
        WebhookAttempt, WebhookAttempt.delivery_id == Effect.id
    )
    return await pages_by_key(
        context,
        keys,
        Listing(WebhookAttemptRow, source, OLDEST),
        lambda key: WebhookAttempt.delivery_id == key,
        columns=columns,
        page=page,
    )
