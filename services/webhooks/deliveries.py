"""How deliveries change their endpoint: it is paused, tried, and given up after long failure.

After several failures in a row an endpoint is paused, for longer each time. When the pause is over,
one delivery tries; its success lets all others go on.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import earliest_uuid, encode_id
from models import WebhookAttempt, WebhookEndpoint
from services import events
from services.effects import GiveUp, Postpone
from services.event_types import WEBHOOK_DISABLED, WebhookEndpointPayload
from services.webhooks.sending import Attempt, Recipient

FAILURES_TO_PAUSE = 5
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
# Longer than a delivery takes: until then it is the only one.
TRIAL = timedelta(seconds=30)
LONGEST_FAILURE = timedelta(days=3)
ATTEMPTS_KEPT = timedelta(days=30)


async def begin(session: AsyncSession, endpoint_id: UUID, now: datetime) -> Recipient:
    """Return whom to send to; raises GiveUp where nobody is there, and Postpone in a pause."""
    endpoint = await session.get(WebhookEndpoint, endpoint_id, with_for_update=True)
    if endpoint is None:
        raise GiveUp("The endpoint was deleted.")
    if endpoint.status == "disabled":
        raise GiveUp("The endpoint is disabled.")
    is_trial = endpoint.paused_until is not None
    if endpoint.paused_until is not None:
        if endpoint.paused_until > now:
            raise Postpone(endpoint.paused_until, "The endpoint is paused.")
        endpoint.paused_until = now + TRIAL
    return Recipient(
        endpoint.id,
        endpoint.client,
        endpoint.url,
        endpoint.document,
        _secret_versions(endpoint, now),
        is_trial,
    )


async def end(session: AsyncSession, recipient: Recipient, attempt: Attempt, now: datetime) -> None:
    """Keep an attempt, and let its outcome pause, open or disable the endpoint."""
    await session.execute(
        insert(WebhookAttempt).values(
            delivery_id=attempt.delivery_id,
            url=attempt.url,
            request_headers=dict(attempt.headers),
            request=attempt.request,
            response_status=attempt.status,
            response=attempt.response,
            error=attempt.error,
            milliseconds=attempt.milliseconds,
        )
    )
    endpoint = await session.get(WebhookEndpoint, recipient.id, with_for_update=True)
    if endpoint is None or endpoint.status == "disabled":
        return
    if attempt.is_success:
        endpoint.failures, endpoint.failing_since, endpoint.paused_until = 0, None, None
        return
    _count_failure(endpoint, recipient, now)
    if attempt.is_gone or _failed_for(endpoint, now) >= LONGEST_FAILURE:
        await _disable(session, endpoint, attempt.reason)


async def forget_attempts(session: AsyncSession, now: datetime) -> None:
    """Delete the attempts that are older than they are kept."""
    oldest = earliest_uuid(now - ATTEMPTS_KEPT)
    await session.execute(delete(WebhookAttempt).where(WebhookAttempt.id < oldest))


def pause(failures: int) -> timedelta:
    """Return for how long nothing is sent after so many failures in a row."""
    if failures < FAILURES_TO_PAUSE:
        return timedelta()
    # It is the longest long before the number becomes too large for a time.
    doublings = min(failures - FAILURES_TO_PAUSE, 20)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _count_failure(endpoint: WebhookEndpoint, recipient: Recipient, now: datetime) -> None:
    if endpoint.paused_until is not None and not recipient.is_trial:
        return  # It was under way when the pause began, and tells nothing new.
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    if (paused := pause(endpoint.failures)) > timedelta():
        endpoint.paused_until = now + paused


def _failed_for(endpoint: WebhookEndpoint, now: datetime) -> timedelta:
    return now - (endpoint.failing_since or now)


async def _disable(session: AsyncSession, endpoint: WebhookEndpoint, reason: str) -> None:
    endpoint.status = "disabled"
    payload = WebhookEndpointPayload(
        id=encode_id("webhook", endpoint.id),
        client=endpoint.client,
        url=endpoint.url,
        owner_email=endpoint.owner_email,
        failing_since=endpoint.failing_since,
        reason=reason,
    )
    await events.record(session, WEBHOOK_DISABLED, endpoint.id, payload)


def _secret_versions(endpoint: WebhookEndpoint, now: datetime) -> tuple[int, ...]:
    """Return the versions that sign: the present, and for a time the one before."""
    until = endpoint.previous_secret_until
    if until is None or until <= now:
        return (endpoint.secret_version,)
    return (endpoint.secret_version, endpoint.secret_version - 1)
