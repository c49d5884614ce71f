"""What was sent to the endpoints that a viewer may see, or is to be, and each attempt at it."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, Uuid, bindparam

from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
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


@cache
def _deliveries(endpoints: Select[Any]) -> Select[Any]:
    return endpoints.join(Effect, Effect.target == WebhookEndpoint.id).join(
        Event, Event.id == Effect.event_id
    )


@cache
def _deliveries_to_one(endpoints: Select[Any], *, by_status: bool) -> Select[Any]:
    source = _deliveries(endpoints).where(Effect.target == bindparam("endpoint", type_=Uuid()))
    if by_status:
        source = source.where(Effect.status == bindparam("status", type_=String()))
    return source


@cache
def _attempts(endpoints: Select[Any]) -> Select[Any]:
    return _deliveries(endpoints).join(WebhookAttempt, WebhookAttempt.delivery_id == Effect.id)


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
    endpoints = visible_endpoints(context.viewer)
    source = _deliveries_to_one(endpoints, by_status=status is not None)
    params = {"endpoint": endpoint, "status": status}
    listing = Listing(WebhookDeliveryRow, source, NEWEST, params)
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
        source=_deliveries(visible_endpoints(context.viewer)),
        columns=columns,
    )


@batch_read
async def attempts_by_delivery(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str], page: PageRequest
) -> list[Page[WebhookAttemptRow]]:
    source = _attempts(visible_endpoints(context.viewer))
    return await pages_by_key(
        context,
        keys,
        Listing(WebhookAttemptRow, source, OLDEST),
        WebhookAttempt.delivery_id,
        columns=columns,
        page=page,
    )
