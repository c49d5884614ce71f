"""Gives each endpoint the events that it asked for, as effects to be performed."""

from typing import Any

from sqlalchemy import Select, any_, func, insert, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from models import Effect, Event, WebhookEndpoint
from services.event_types import EVENT_TYPES

# The name of the handler that sends them.
DELIVER_WEBHOOK = "deliver_webhook"

_PRIVATE = [name for name, each in EVENT_TYPES.items() if each.is_private]
COLUMNS = ["event_id", "handler", "target", "aggregate_id", "position", "is_ordered"]


async def fan_out(session: AsyncSession, first_position: int, last_position: int) -> None:
    """Insert a delivery for each of the events and each enabled endpoint that wants it.

    The sequencer calls it in the transaction that gives the events these positions.
    """
    deliveries = wanted_deliveries().where(
        Event.position.between(first_position, last_position), WebhookEndpoint.status == "enabled"
    )
    await session.execute(insert(Effect).from_select(COLUMNS, deliveries))


def wanted_deliveries() -> Select[*tuple[Any, ...]]:
    """Select the COLUMNS of a delivery for each event and each endpoint that wants it.

    A delivery is ordered: an endpoint hears of an aggregate in the order of the events. Private
    events are sent to nobody.
    """
    endpoint = WebhookEndpoint
    has_type = or_(func.cardinality(endpoint.types) == 0, Event.type == any_(endpoint.types))
    return (
        select(
            Event.id,
            literal(DELIVER_WEBHOOK),
            endpoint.id,
            Event.aggregate_id,
            Event.position,
            true(),
        )
        .join(endpoint, has_type & Event.payload.contains(endpoint.filter))
        .where(Event.type.not_in(_PRIVATE))
    )
