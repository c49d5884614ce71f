"""The endpoints of webhooks: where clients are told of events, and of which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Text, delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.document_store import Fault
from core.errors import BadInput, DomainError, ForbiddenError
from core.viewer import Viewer
from models import Effect, WebhookEndpoint
from services.emails import normalised
from services.event_types import PUBLIC_TYPES

# Each is compared with every event.
MOST_ENDPOINTS = 20
# How long both secrets are used after a rotation.
OVERLAP = timedelta(hours=24)
# What a document that chooses the payload takes: the id of the event.
VARIABLES = {"event": "ID!"}


class WebhookEndpointStatus(StrEnum):
    ENABLED = "enabled"
    DISABLED = "disabled"


class WebhookEndpointNotFound(DomainError):
    """There is no such endpoint, or it is another client's."""

    code = "WEBHOOK_ENDPOINT_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such endpoint.", path=("id",))


class TooManyWebhookEndpoints(DomainError):
    code = "TOO_MANY_WEBHOOK_ENDPOINTS"

    def __init__(self) -> None:
        super().__init__(
            f"A client has at most {MOST_ENDPOINTS} endpoints.", maximum=MOST_ENDPOINTS
        )


class WebhookUrlRefused(DomainError):
    """No webhook is sent to the URL."""

    code = "WEBHOOK_URL_REFUSED"

    def __init__(self, reason: str) -> None:
        super().__init__(reason, path=("url",))


class EventTypeUnknown(DomainError):
    """No event that clients are told of has this type."""

    code = "EVENT_TYPE_UNKNOWN"

    def __init__(self, index: int, name: str) -> None:
        super().__init__(
            f"{name} is no type of event that webhooks tell of.",
            path=("types", str(index)),
            type=name,
        )


class WebhookDocumentRefused(DomainError):
    """The document cannot choose payloads; where it stands is told by its line and column."""

    code = "WEBHOOK_DOCUMENT_REFUSED"

    def __init__(self, fault: Fault) -> None:
        super().__init__(
            f"The document is refused: {fault}",
            path=("document",),
            reason=fault.message,
            line=fault.line,
            column=fault.column,
        )


@dataclass(frozen=True)
class EndpointTerms:
    """What an endpoint shall be; None leaves it as it is, or as a new one is by itself.

    No `types` means all. `filter` is the JSON of an object that a payload must contain. An empty
    `document` takes away the one there was.
    """

    url: str | None = None
    types: tuple[str, ...] | None = None
    filter: str | None = None
    document: str | None = None
    owner_email: str | None = None
    enabled: bool | None = None


def client_of(viewer: Viewer, named: str | None) -> str:
    """Return whose endpoint a new one is: a partner's own, and that which an admin names.

    Raises BadInput where an admin names none, and ForbiddenError where a partner names another.
    """
    if viewer.role == "admin":
        if named is None:
            raise BadInput("client", "Name the client whose endpoint it is to be.")
        return named
    if viewer.key is None or named not in {None, viewer.key.client}:
        raise ForbiddenError
    return viewer.key.client


async def create(session: AsyncSession, client: str, terms: EndpointTerms) -> dict[str, Any]:
    """Make an endpoint for a client; its URL and its document were checked before.

    Raises EventTypeUnknown, InvalidEmail or TooManyWebhookEndpoints.
    """
    values = _values(terms)
    # Two of one client at once would both be the last that there may be.
    lock = func.pg_advisory_xact_lock(func.hashtextextended(literal(client, Text), 0))
    await session.execute(select(lock))
    count = select(func.count()).where(WebhookEndpoint.client == client)
    if (await session.scalar(count) or 0) >= MOST_ENDPOINTS:
        raise TooManyWebhookEndpoints
    statement = insert(WebhookEndpoint).values(client=client, **values)
    endpoint_id = await session.scalar(statement.returning(WebhookEndpoint.id))
    return {"endpoint_id": endpoint_id, "secret_version": 1}


async def change(
    session: AsyncSession, viewer: Viewer, endpoint_id: UUID, terms: EndpointTerms
) -> dict[str, Any]:
    """Change an endpoint; its URL and its document were checked before.

    One that is enabled begins afresh, without the failures that there were. Raises
    WebhookEndpointNotFound, EventTypeUnknown or InvalidEmail.
    """
    values = _values(terms)
    endpoint = await locked(session, viewer, endpoint_id)
    for name, value in values.items():
        setattr(endpoint, name, value)
    if terms.enabled:
        endpoint.failures, endpoint.failing_since, endpoint.paused_until = 0, None, None
    return {"endpoint_id": endpoint_id}


async def remove(session: AsyncSession, viewer: Viewer, endpoint_id: UUID) -> dict[str, Any]:
    """Delete an endpoint with all its deliveries; raises WebhookEndpointNotFound.

    A delivery that is being sent now is left, so that nobody waits for its receiver.
    """
    await session.delete(await locked(session, viewer, endpoint_id))
    idle = select(Effect.id).where(Effect.target == endpoint_id).with_for_update(skip_locked=True)
    await session.execute(delete(Effect).where(Effect.id.in_(idle)))
    return {"endpoint_id": endpoint_id}


async def rotate_secret(session: AsyncSession, viewer: Viewer, endpoint_id: UUID) -> dict[str, Any]:
    """Give an endpoint another secret, beside which the one before is used for a day.

    Raises WebhookEndpointNotFound.
    """
    version = (await locked(session, viewer, endpoint_id)).secret_version + 1
    await session.execute(
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id)
        .values(secret_version=version, previous_secret_until=func.now() + OVERLAP)
    )
    return {"endpoint_id": endpoint_id, "secret_version": version}


async def every(session: AsyncSession) -> Sequence[WebhookEndpoint]:
    """Return all endpoints there are, by client and age."""
    order = (WebhookEndpoint.client, WebhookEndpoint.id)
    return (await session.scalars(select(WebhookEndpoint).order_by(*order))).all()


async def locked(session: AsyncSession, viewer: Viewer, endpoint_id: UUID) -> WebhookEndpoint:
    """Lock an endpoint that the viewer may change, as loaders/webhooks.py shows them.

    Raises WebhookEndpointNotFound.
    """
    statement = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id)
    if viewer.role != "admin":
        if viewer.key is None:
            raise WebhookEndpointNotFound
        statement = statement.where(WebhookEndpoint.client == viewer.key.client)
    endpoint: WebhookEndpoint | None = await session.scalar(statement.with_for_update())
    if endpoint is None:
        raise WebhookEndpointNotFound
    return endpoint


def _values(terms: EndpointTerms) -> dict[str, Any]:
    """Return the columns that the terms set; raises EventTypeUnknown or InvalidEmail."""
    values: dict[str, Any] = {}
    if terms.url is not None:
        values["url"] = terms.url
    if terms.types is not None:
        values["types"] = _known(terms.types)
    if terms.filter is not None:
        values["filter"] = orjson.loads(terms.filter)
    if terms.document is not None:
        values["document"] = terms.document or None
    if terms.owner_email is not None:
        values["owner_email"] = normalised(terms.owner_email, "ownerEmail")
    if terms.enabled is not None:
        status = WebhookEndpointStatus.ENABLED if terms.enabled else WebhookEndpointStatus.DISABLED
        values["status"] = status.value
    return values


def _known(types: Sequence[str]) -> list[str]:
    for index, name in enumerate(types):
        if name not in PUBLIC_TYPES:
            raise EventTypeUnknown(index, name)
    return sorted(set(types))
