"""Endpoints of webhooks, which their own client sees, and admins."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, bindparam, false, select

from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from core.viewer import Viewer
from loaders.batches import Listing, page_of, rows_by_key
from loaders.viewers import VIEWER_CLIENT
from models import WebhookEndpoint

NEWEST = Order("newest", ("id",), descending=True)
# The scope of a key that may see them, as services/api_keys.py names it.
_SCOPE = "webhooks:write"

_ENDPOINTS = select(WebhookEndpoint)
_NO_ENDPOINTS = _ENDPOINTS.where(false())
_OWN_ENDPOINTS = _ENDPOINTS.where(WebhookEndpoint.client == VIEWER_CLIENT)


class WebhookEndpointRow(Row, columns={**WebhookEndpoint.__table__.c}):
    id: UUID
    client: str
    url: str
    types: list[str]
    filter: dict[str, Any]
    document: str | None
    status: str
    owner_email: str
    failures: int
    failing_since: datetime | None
    paused_until: datetime | None
    previous_secret_until: datetime | None
    created_at: datetime


def visible_endpoints(viewer: Viewer) -> Select[Any]:
    """Select the endpoints that a viewer may see, as services/webhooks lets them change them."""
    if viewer.role == "admin":
        return _ENDPOINTS
    if viewer.key is None or _SCOPE not in viewer.key.scopes:
        return _NO_ENDPOINTS
    return _OWN_ENDPOINTS


@batch_read
async def webhook_endpoints_by_id(
    context: Context, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[WebhookEndpointRow | None]:
    return await rows_by_key(
        context,
        WebhookEndpointRow,
        keys,
        key=WebhookEndpoint.id,
        source=visible_endpoints(context.viewer),
        columns=columns,
    )


@batch_read
async def webhook_endpoints(
    context: Context, *, columns: frozenset[str], page: PageRequest, client: str | None
) -> Page[WebhookEndpointRow]:
    """Return the endpoints of all clients, or of one."""
    source = visible_endpoints(context.viewer)
    if client is not None:
        source = _of_client(source)
    listing = Listing(WebhookEndpointRow, source, NEWEST, {"client": client})
    return await page_of(context, listing, columns=columns, page=page)


@cache
def _of_client(endpoints: Select[Any]) -> Select[Any]:
    return endpoints.where(WebhookEndpoint.client == bindparam("client", type_=String()))
