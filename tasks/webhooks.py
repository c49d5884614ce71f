"""Sends the deliveries of webhooks."""

from datetime import UTC, datetime

from services.effects import GiveUp
from services.webhooks import deliveries
from tasks.handling import Retries, Work
from tasks.resources import Resources

# From 5 seconds to a day: all of it takes up to 94 hours, longer than an endpoint may fail.
RETRIES = Retries(attempts=18, first_wait_seconds=5, longest_wait_seconds=24 * 3600)


class DeliveryFailed(Exception):
    """The receiver did not take it; the attempt is kept."""


async def deliver_webhook(resources: Resources, work: Work) -> None:
    """Send an event to the endpoint that is the effect's target.

    Nothing but the effect's own row is locked while the receiver is waited for.
    """
    if work.target is None:
        raise GiveUp("It has no endpoint.")
    async with resources.database.session.begin() as session:
        recipient = await deliveries.begin(session, work.target, datetime.now(UTC))
    attempt = await resources.post.send(work.effect_id, work.event, recipient)
    async with resources.database.session.begin() as session:
        await deliveries.end(session, recipient, attempt, datetime.now(UTC))
    if attempt.is_gone:
        raise GiveUp(attempt.reason)
    if not attempt.is_success:
        raise DeliveryFailed(attempt.reason)
