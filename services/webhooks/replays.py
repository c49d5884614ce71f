"""Sends events again to an endpoint: one delivery, or all of a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DomainError
from core.ids import earliest_uuid
from core.viewer import Viewer
from models import Effect, Event, WebhookEndpoint
from services.webhooks import endpoints
from services.webhooks.endpoints import WebhookEndpointNotFound
from services.webhooks.fan_out import COLUMNS, DELIVER_WEBHOOK, wanted_deliveries

# What one call sends again; a worker sends a few hundred in a minute.
MOST_REPLAYED = 10_000


class WebhookDeliveryNotFound(DomainError):
    """There is no such delivery, or it is another client's."""

    code = "WEBHOOK_DELIVERY_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such delivery.", path=("id",))


class WebhookEndpointDisabled(DomainError):
    """Nothing is sent to the endpoint, so that nothing can be sent again."""

    code = "WEBHOOK_ENDPOINT_DISABLED"

    def __init__(self) -> None:
        super().__init__("The endpoint is disabled: enable it, and try again.")


class TooManyWebhookDeliveries(DomainError):
    code = "TOO_MANY_WEBHOOK_DELIVERIES"

    def __init__(self, count: int) -> None:
        super().__init__(
            f"These are {count} deliveries, of at most {MOST_REPLAYED}: choose a shorter time.",
            count=count,
            maximum=MOST_REPLAYED,
        )


@dataclass(frozen=True)
class Replay:
    """The events to be sent again: those that happened from `since` on and before `until`.

    With `only_missed`, those alone that were given up or never to be sent, as while the endpoint
    was disabled or before it was made; else those that it took, too.
    """

    since: datetime
    until: datetime
    only_missed: bool


async def replay_delivery(
    session: AsyncSession, viewer: Viewer, delivery_id: UUID
) -> dict[str, Any]:
    """Have a delivery sent at once, as if for the first time, under the same id.

    One that is being sent now stays as it is. Raises WebhookDeliveryNotFound, and
    WebhookEndpointDisabled.
    """
    target = select(Effect.target).filter_by(id=delivery_id, handler=DELIVER_WEBHOOK)
    endpoint_id = await session.scalar(target)
    if endpoint_id is None:
        raise WebhookDeliveryNotFound
    try:
        await _enabled(session, viewer, endpoint_id)
    except WebhookEndpointNotFound as error:
        raise WebhookDeliveryNotFound from error
    await _send_again(session, Effect.id == delivery_id)
    return {"delivery_id": delivery_id}


async def replay(
    session: AsyncSession, viewer: Viewer, endpoint_id: UUID, replayed: Replay, *, dry_run: bool
) -> dict[str, Any]:
    """Have the events of a time sent to an endpoint, and return how many.

    `repeated` are deliveries that there were, `added` those of events that had none. With
    `dry_run` they are counted, and that is all. Raises WebhookEndpointNotFound,
    WebhookEndpointDisabled, and TooManyWebhookDeliveries.
    """
    await _enabled(session, viewer, endpoint_id)
    existing, missing = _existing(endpoint_id, replayed), _missing(endpoint_id, replayed)
    counts = select(
        select(func.count()).where(existing).scalar_subquery(),
        select(func.count()).select_from(missing.subquery()).scalar_subquery(),
    )
    repeated, added = (await session.execute(counts)).one()
    if repeated + added > MOST_REPLAYED:
        raise TooManyWebhookDeliveries(repeated + added)
    if not dry_run:
        await _send_again(session, existing)
        await session.execute(insert(Effect).from_select(COLUMNS, missing))
    return {"endpoint_id": endpoint_id, "repeated": repeated, "added": added}


async def _enabled(session: AsyncSession, viewer: Viewer, endpoint_id: UUID) -> None:
    """Lock the endpoint, so that no other replay adds what this one does."""
    endpoint = await endpoints.locked(session, viewer, endpoint_id)
    if endpoint.status != "enabled":
        raise WebhookEndpointDisabled


async def _send_again(session: AsyncSession, chosen: ColumnElement[bool]) -> None:
    # Who performs one holds its row, and may wait for the endpoint's.
    idle = select(Effect.id).where(chosen).order_by(Effect.id).with_for_update(skip_locked=True)
    await session.execute(
        update(Effect)
        .where(Effect.id.in_(idle))
        .values(status="pending", attempts=0, error=None, done_at=None, next_attempt_at=func.now())
        .execution_options(synchronize_session=False)
    )


def _existing(endpoint_id: UUID, replayed: Replay) -> ColumnElement[bool]:
    """Return which deliveries are sent again; a pending one is to be sent anyway."""
    events = select(Event.id).where(_happened(replayed))
    return (
        (Effect.target == endpoint_id)
        & (Effect.handler == DELIVER_WEBHOOK)
        & Effect.status.in_(["dead"] if replayed.only_missed else ["dead", "done"])
        & Effect.event_id.in_(events)
    )


def _missing(endpoint_id: UUID, replayed: Replay) -> Select[*tuple[Any, ...]]:
    """Select a delivery for each event that the endpoint wants and had none of."""
    there = exists().where(
        Effect.event_id == Event.id,
        Effect.handler == DELIVER_WEBHOOK,
        Effect.target == endpoint_id,
    )
    return wanted_deliveries().where(
        WebhookEndpoint.id == endpoint_id,
        Event.position.is_not(None),
        _happened(replayed),
        ~there,
    )


def _happened(replayed: Replay) -> ColumnElement[bool]:
    return (
        (Event.occurred_at >= replayed.since)
        & (Event.occurred_at < replayed.until)
        # By the ids, which are made no earlier, older events need not be looked at.
        & (Event.id >= earliest_uuid(replayed.since))
    )
